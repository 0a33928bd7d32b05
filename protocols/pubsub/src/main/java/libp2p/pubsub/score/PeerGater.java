package libp2p.pubsub.score;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Sheds load while validation cannot keep up: messages of an address are then taken with the probability with which
 * those before them were worth it. Control messages always pass. A state machine without threads, not thread-safe.
 */
public final class PeerGater {
    /**
     * Parameters, with the defaults of go-libp2p.
     *
     * @param threshold share of messages throttled from which the gater works
     * @param globalDecay factor per interval of the counters of all
     * @param sourceDecay factor per interval of the counters of an address
     * @param quiet time without throttling after which the gater rests
     * @param duplicateWeight weight of a copy against a valid message
     * @param ignoreWeight weight of an ignored message
     * @param rejectWeight weight of an invalid message
     * @param mostSources addresses that are kept
     */
    public record Parameters(
            double threshold,
            double globalDecay,
            double sourceDecay,
            Duration quiet,
            double duplicateWeight,
            double ignoreWeight,
            double rejectWeight,
            int mostSources) {
        /** The parameters of go-libp2p-pubsub. */
        public static final Parameters DEFAULT = new Parameters(
                0.33,
                ScoreParameters.decay(Duration.ofMinutes(2)),
                ScoreParameters.decay(Duration.ofHours(1)),
                Duration.ofMinutes(1),
                0.125,
                1,
                16,
                10_000);
    }

    private static final class Source {
        double deliver;
        double duplicate;
        double ignore;
        double reject;
    }

    private final Parameters parameters;
    private final RandomGenerator random;
    private final Map<PeerId, InetAddress> addresses = new HashMap<>();
    private final Map<InetAddress, Source> sources = new HashMap<>();
    private double validated;
    private double throttled;
    private long lastThrottled;
    private boolean everThrottled;

    /** Without peers. One thread at a time. */
    public PeerGater(Parameters parameters, RandomGenerator random) {
        this.parameters = parameters;
        this.random = random;
    }

    /** A peer has come. */
    public void add(PeerId peer, @Nullable InetAddress address) {
        InetAddress origin = Origin.of(address);
        if (origin != null) {
            addresses.put(peer, origin);
            if (sources.size() < parameters.mostSources()) {
                sources.computeIfAbsent(origin, key -> new Source());
            }
        }
    }

    /** A peer has gone; the counters of its address decay. */
    public void remove(PeerId peer) {
        addresses.remove(peer);
    }

    /** Whether the messages of a peer are taken now. */
    public boolean takes(PeerId peer, long now) {
        if (!everThrottled || now - lastThrottled > parameters.quiet().toNanos() || throttled == 0) {
            return true;
        }
        if (validated != 0 && throttled / validated < parameters.threshold()) {
            return true;
        }
        Source source = source(peer);
        if (source == null) {
            return true;
        }
        double total = source.deliver
                + parameters.duplicateWeight() * source.duplicate
                + parameters.ignoreWeight() * source.ignore
                + parameters.rejectWeight() * source.reject;
        return total == 0 || random.nextDouble() < (1 + source.deliver) / (1 + total);
    }

    private @Nullable Source source(PeerId peer) {
        InetAddress address = addresses.get(peer);
        return address == null ? null : sources.get(address);
    }

    /** A message goes to validation. */
    public void validating() {
        validated++;
    }

    /** There was no room to validate a message. */
    public void throttled(long now) {
        everThrottled = true;
        lastThrottled = now;
        throttled++;
    }

    /** A peer was the first to deliver a valid message. */
    public void delivered(PeerId peer) {
        Source source = source(peer);
        if (source != null) {
            source.deliver++;
        }
    }

    /** A peer delivered a message that was known. */
    public void duplicate(PeerId peer) {
        Source source = source(peer);
        if (source != null) {
            source.duplicate++;
        }
    }

    /** A peer delivered a message that a validator ignored. */
    public void ignored(PeerId peer) {
        Source source = source(peer);
        if (source != null) {
            source.ignore++;
        }
    }

    /** A peer delivered a message that a validator rejected. */
    public void rejected(PeerId peer) {
        Source source = source(peer);
        if (source != null) {
            source.reject++;
        }
    }

    /** Lets counters decay; to be called every second. */
    public void refresh() {
        validated = small(validated * parameters.globalDecay());
        throttled = small(throttled * parameters.globalDecay());
        double decay = parameters.sourceDecay();
        for (Source source : sources.values()) {
            source.deliver = small(source.deliver * decay);
            source.duplicate = small(source.duplicate * decay);
            source.ignore = small(source.ignore * decay);
            source.reject = small(source.reject * decay);
        }
        sources.entrySet().removeIf(entry -> isZero(entry.getValue()) && !addresses.containsValue(entry.getKey()));
    }

    private static boolean isZero(Source source) {
        return source.deliver == 0 && source.duplicate == 0 && source.ignore == 0 && source.reject == 0;
    }

    private static double small(double value) {
        return value < 0.01 ? 0 : value;
    }
}
