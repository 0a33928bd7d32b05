package libp2p.pubsub.score;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
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
     * @param duplicateWeight weight of a copy against a valid message, where messages of the address found no room
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
        /** Connected peers at the address. */
        int peers;

        double deliver;
        double duplicate;
        double ignore;
        double reject;
        double displaced;

        double all() {
            return deliver + duplicate + ignore + reject + displaced;
        }
    }

    private final Parameters parameters;
    private final RandomGenerator random;
    /** Of each connected peer that of its address. */
    private final Map<PeerId, Source> connected = new HashMap<>();

    private final Map<InetAddress, Source> sources = new HashMap<>();
    /** Of all addresses that found no place among the others. */
    private final Source rest = new Source();

    private double validated;
    private double throttled;
    private long lastThrottled;
    private boolean everThrottled;

    /** Without peers. One thread at a time. */
    public PeerGater(Parameters parameters, RandomGenerator random) {
        this.parameters = parameters;
        this.random = random;
    }

    /**
     * A peer has come. Where there is no place for its address, that of an address without peers is given up of which the
     * least is known; where all have peers, the address shares its counters with others like it.
     */
    public void add(PeerId peer, @Nullable InetAddress address) {
        InetAddress origin = Origin.of(address);
        if (origin == null || connected.containsKey(peer)) {
            return;
        }
        if (!sources.containsKey(origin) && makeRoom()) {
            sources.put(origin, new Source());
        }
        Source source = sources.getOrDefault(origin, rest);
        source.peers++;
        connected.put(peer, source);
    }

    private boolean makeRoom() {
        if (sources.size() >= parameters.mostSources()) {
            sources.entrySet().stream()
                    .filter(entry -> entry.getValue().peers == 0)
                    .min(Comparator.comparingDouble(entry -> entry.getValue().all()))
                    .map(Map.Entry::getKey)
                    .ifPresent(sources::remove);
        }
        return sources.size() < parameters.mostSources();
    }

    /** A peer has gone; the counters of its address decay. */
    public void remove(PeerId peer) {
        Source source = connected.remove(peer);
        if (source != null) {
            source.peers--;
        }
    }

    /** Whether the messages of a peer are taken now. */
    public boolean takes(PeerId peer, long now) {
        if (!everThrottled || now - lastThrottled > parameters.quiet().toNanos() || throttled == 0) {
            return true;
        }
        if (validated != 0 && throttled / validated < parameters.threshold()) {
            return true;
        }
        Source source = connected.get(peer);
        if (source == null) {
            return true;
        }
        // Copies are not validated: to be second is no fault of an address whose messages have not filled the queue.
        double flood = source.displaced == 0 ? 0 : source.displaced + parameters.duplicateWeight() * source.duplicate;
        double total = source.deliver
                + flood
                + parameters.ignoreWeight() * source.ignore
                + parameters.rejectWeight() * source.reject;
        return total == 0 || random.nextDouble() < (1 + source.deliver) / (1 + total);
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

    /** A message of a peer found no room, or made room for another: the peer had brought most. */
    public void displaced(PeerId peer) {
        Source source = connected.get(peer);
        if (source != null) {
            source.displaced++;
        }
    }

    /** A peer was the first to deliver a valid message. */
    public void delivered(PeerId peer) {
        Source source = connected.get(peer);
        if (source != null) {
            source.deliver++;
        }
    }

    /** A peer delivered a message that was known. */
    public void duplicate(PeerId peer) {
        Source source = connected.get(peer);
        if (source != null) {
            source.duplicate++;
        }
    }

    /** A peer delivered a message that a validator ignored. */
    public void ignored(PeerId peer) {
        Source source = connected.get(peer);
        if (source != null) {
            source.ignore++;
        }
    }

    /** A peer delivered a message that a validator rejected. */
    public void rejected(PeerId peer) {
        Source source = connected.get(peer);
        if (source != null) {
            source.reject++;
        }
    }

    /** Lets counters decay; to be called every second. */
    public void refresh() {
        validated = small(validated * parameters.globalDecay());
        throttled = small(throttled * parameters.globalDecay());
        double decay = parameters.sourceDecay();
        sources.values().forEach(source -> decay(source, decay));
        decay(rest, decay);
        sources.values().removeIf(source -> source.peers == 0 && source.all() == 0);
    }

    private static void decay(Source source, double factor) {
        source.deliver = small(source.deliver * factor);
        source.duplicate = small(source.duplicate * factor);
        source.ignore = small(source.ignore * factor);
        source.reject = small(source.reject * factor);
        source.displaced = small(source.displaced * factor);
    }

    private static double small(double value) {
        return value < 0.01 ? 0 : value;
    }
}
