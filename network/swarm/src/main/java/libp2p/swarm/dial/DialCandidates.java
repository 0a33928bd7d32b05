package libp2p.swarm.dial;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.connection.GatedException;
import libp2p.core.host.DialOptions;
import libp2p.core.identity.PeerId;
import libp2p.core.transport.DialRequest.Purpose;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one dial: those that will be dialed and in which order, and the reason for each that will not. More
 * may arrive while others are dialed; the ranking then counts from the moment when the last of those before had been
 * started. Except for {@link #judge} not thread-safe.
 */
final class DialCandidates {
    /**
     * The verdict of this host's rules on an address.
     *
     * @param refusal why it is not dialed, or null
     * @param failed whether it failed a moment ago
     */
    record Judged(Multiaddr address, @Nullable Throwable refusal, boolean failed) {}

    private final DialContext context;
    private final @Nullable PeerId peer;
    private final DialOptions options;
    private final BlackHoleDetector.Request blackHoles;
    private final Set<Multiaddr> known = new HashSet<>();
    /** Those that are dialed, and those that would be, had they not failed a moment ago. */
    private final Set<Multiaddr> usable = new HashSet<>();

    private final SequencedSet<Multiaddr> round = new LinkedHashSet<>();
    private final Set<Multiaddr> started = new HashSet<>();
    private final Set<Multiaddr> failed = new HashSet<>();
    private final SequencedMap<Multiaddr, Throwable> refused = new LinkedHashMap<>();
    private List<DialRanker.Ranked> waiting = List.of();
    private long roundStart;

    DialCandidates(DialContext context, @Nullable PeerId peer, DialOptions options) {
        this.context = context;
        this.peer = peer;
        this.options = options;
        this.blackHoles = context.blackHoles().request(context.isolated());
    }

    /** Asks transports, gater and back-off about an address without names; not to be called with a lock held. */
    Judged judge(Multiaddr address) {
        long wait = context.backoff().remainingNanos(peer, address);
        return new Judged(address, refusal(address, wait), wait > 0);
    }

    private @Nullable Throwable refusal(Multiaddr address, long wait) {
        if (context.transport(address) == null) {
            return new DialRefusedException("no transport dials this address", false);
        }
        if ((options.forceDirect() || context.isolated()) && address.has(Protocol.P2P_CIRCUIT)) {
            return new DialRefusedException("a direct connection is wanted", false);
        }
        if (!context.gater().interceptAddrDial(peer, address)) {
            return new GatedException("address dial", address);
        }
        if (wait > 0 && !options.ignoreBackoff()) {
            return new DialRefusedException("failed a moment ago, left alone for " + wait / 1_000_000 + " ms", true);
        }
        return null;
    }

    /** Takes addresses in, except for known ones and those beyond the bound. */
    void add(List<Judged> arrived) {
        boolean fresh = waiting.isEmpty();
        if (fresh) {
            round.clear();
        }
        for (Judged judged : arrived) {
            if (known.size() >= context.limits().addresses() || !known.add(judged.address())) {
                continue;
            }
            if (judged.refusal() == null || judged.failed()) {
                usable.add(judged.address());
            }
            Throwable refusal = judged.refusal() == null ? blackHoles.refusal(judged.address()) : judged.refusal();
            if (refusal != null) {
                refused.put(judged.address(), refusal);
                continue;
            }
            round.add(judged.address());
            if (judged.failed()) {
                failed.add(judged.address());
            }
        }
        if (fresh) {
            roundStart = context.environment().nanoTime();
        }
        waiting = rank().stream()
                .filter(ranked -> !started.contains(ranked.address()))
                .toList();
    }

    private List<DialRanker.Ranked> rank() {
        leaveToQuic();
        List<Multiaddr> addresses = List.copyOf(round);
        return options.purpose() == Purpose.HOLE_PUNCH
                ? DialRanker.atOnce(addresses)
                : DialRanker.rank(addresses, failed, context.publicAddresses());
    }

    /**
     * Refuses WebTransport at a port where QUIC is dialed too: it would take longer, and fail for the same reasons. So
     * does go-libp2p.
     */
    private void leaveToQuic() {
        for (Multiaddr address : List.copyOf(round)) {
            if (address.has(Protocol.WEBTRANSPORT)
                    && !started.contains(address)
                    && usable.contains(withoutWebTransport(address))) {
                round.remove(address);
                refused.put(address, new DialRefusedException("QUIC is dialed at the same port", false));
            }
        }
    }

    private static Multiaddr withoutWebTransport(Multiaddr address) {
        return Multiaddr.of(address.components().stream()
                .filter(component ->
                        component.protocol() != Protocol.WEBTRANSPORT && component.protocol() != Protocol.CERTHASH)
                .toList());
    }

    /** Notes that an address could not be made ready for dialing, a name that was not found for example. */
    void refuse(Multiaddr address, Throwable why) {
        if (refused.size() < context.limits().addresses()) {
            refused.put(address, why);
        }
    }

    /** The address that is to be dialed next, or null. */
    @Nullable
    Multiaddr next() {
        return waiting.isEmpty() ? null : waiting.getFirst().address();
    }

    /** When {@link #next} is to be dialed, on the monotonic clock. */
    long dueAt() {
        return roundStart + waiting.getFirst().delay().toNanos();
    }

    /** Takes {@link #next} out. */
    Multiaddr start() {
        List<DialRanker.Ranked> rest = new ArrayList<>(waiting);
        Multiaddr address = rest.removeFirst().address();
        waiting = rest;
        started.add(address);
        return address;
    }

    SequencedMap<Multiaddr, Throwable> refused() {
        return refused;
    }
}
