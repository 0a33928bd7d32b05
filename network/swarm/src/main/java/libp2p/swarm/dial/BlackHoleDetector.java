package libp2p.swarm.dial;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import libp2p.core.connection.DialRefusedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.swarm.dial.BlackHoleCounter.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a host whose network swallows UDP or IPv6 from dialing into it again and again: of the last 100 dials of public
 * addresses of a kind at least 5 must have succeeded, else only every hundredth request tries (the figures of
 * go-libp2p). Strangers may name any number of addresses at which nothing is, so that outcomes count only while no
 * connection is open over that kind, whichever side dialed: what leads here leads back. Thread-safe.
 */
public final class BlackHoleDetector {
    private static final int WINDOW = 100;
    private static final int MINIMUM = 5;

    private static final class Kind {
        final String name;
        final Predicate<Multiaddr> holds;
        final BlackHoleCounter counter = new BlackHoleCounter(WINDOW, MINIMUM);

        Kind(String name, Predicate<Multiaddr> holds) {
            this.name = name;
            this.holds = holds;
        }
    }

    private final Supplier<List<Multiaddr>> connected;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Kind> kinds = List.of(
            new Kind("UDP", address -> address.has(Protocol.UDP)),
            new Kind("IPv6", address -> address.has(Protocol.IP6)));

    /** @param connected the addresses of the peers that are connected */
    public BlackHoleDetector(Supplier<List<Multiaddr>> connected) {
        this.connected = connected;
    }

    /**
     * Begins one dial of a peer.
     *
     * @param readOnly asks without counting as a try: then only addresses of kinds that are known to lead on are let
     *     through
     */
    public Request request(boolean readOnly) {
        return new Request(readOnly);
    }

    /**
     * One dial of a peer, which counts once for each kind among its addresses. An address of two kinds is tried if one
     * of them is to be probed. Not thread-safe.
     */
    public final class Request {
        private final boolean readOnly;
        private final Map<Kind, Verdict> verdicts = new HashMap<>();

        private Request(boolean readOnly) {
            this.readOnly = readOnly;
        }

        /** Why an address is not worth a try, or null. */
        public @Nullable DialRefusedException refusal(Multiaddr address) {
            String blocked = null;
            lock.lock();
            try {
                for (Kind kind : kinds) {
                    Verdict verdict = concerns(kind, address) ? verdict(kind) : Verdict.ALLOW;
                    if (verdict == Verdict.PROBE) {
                        return null;
                    }
                    blocked = verdict == Verdict.BLOCK ? kind.name : blocked;
                }
            } finally {
                lock.unlock();
            }
            return blocked == null
                    ? null
                    : new DialRefusedException(blocked + " leads nowhere from here, by the last dials over it", true);
        }

        private Verdict verdict(Kind kind) {
            if (readOnly) {
                return kind.counter.isProved() ? Verdict.ALLOW : Verdict.BLOCK;
            }
            return verdicts.computeIfAbsent(kind, this::ask);
        }

        private Verdict ask(Kind kind) {
            Verdict verdict = kind.counter.request();
            return verdict == Verdict.BLOCK && leadsOn(kind) ? Verdict.ALLOW : verdict;
        }
    }

    private boolean leadsOn(Kind kind) {
        return connected.get().stream().anyMatch(address -> concerns(kind, address));
    }

    private static boolean concerns(Kind kind, Multiaddr address) {
        return address.isPublic() && !address.has(Protocol.P2P_CIRCUIT) && kind.holds.test(address);
    }

    /** Forgets everything: the network is another one. */
    public void clear() {
        lock.lock();
        try {
            kinds.forEach(kind -> kind.counter.clear());
        } finally {
            lock.unlock();
        }
    }

    /** Takes the outcome of the dial of one address; one that its caller cancelled has none. */
    public void record(Multiaddr address, boolean reached) {
        lock.lock();
        try {
            for (Kind kind : kinds) {
                if (concerns(kind, address)) {
                    kind.counter.record(reached);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
