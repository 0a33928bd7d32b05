package libp2p.swarm.dial;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.connection.DialRefusedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.swarm.dial.BlackHoleCounter.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a host whose network swallows UDP or IPv6 from dialing into it again and again: of the last 100 dials of public
 * addresses of a kind at least 5 must have succeeded, else only every hundredth request tries (the figures of go-libp2p).
 * Thread-safe.
 */
public final class BlackHoleDetector {
    private static final int WINDOW = 100;
    private static final int MINIMUM = 5;

    private static final class Kind {
        final String name;
        final Predicate<Multiaddr> holds;
        final BlackHoleCounter counter = new BlackHoleCounter(WINDOW, MINIMUM);
        Verdict verdict = Verdict.ALLOW;

        Kind(String name, Predicate<Multiaddr> holds) {
            this.name = name;
            this.holds = holds;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Kind> kinds = List.of(
            new Kind("UDP", address -> address.has(Protocol.UDP)),
            new Kind("IPv6", address -> address.has(Protocol.IP6)));

    /**
     * Picks the addresses of one dial that are worth a try. An address of two kinds is tried if one of them is to be probed.
     *
     * @param refused takes the others, with the reason
     */
    public List<Multiaddr> filter(List<Multiaddr> addresses, Map<Multiaddr, Throwable> refused) {
        List<Multiaddr> worth = new ArrayList<>(addresses.size());
        lock.lock();
        try {
            for (Kind kind : kinds) {
                boolean wanted = addresses.stream().anyMatch(address -> concerns(kind, address));
                kind.verdict = wanted ? kind.counter.request() : Verdict.ALLOW;
            }
            for (Multiaddr address : addresses) {
                String blocked = blocked(address);
                if (blocked == null) {
                    worth.add(address);
                } else {
                    refused.put(
                            address,
                            new DialRefusedException(
                                    blocked + " leads nowhere from here, by the last dials over it", true));
                }
            }
        } finally {
            lock.unlock();
        }
        return worth;
    }

    private @Nullable String blocked(Multiaddr address) {
        String blocked = null;
        for (Kind kind : kinds) {
            if (concerns(kind, address)) {
                if (kind.verdict == Verdict.PROBE) {
                    return null;
                }
                if (kind.verdict == Verdict.BLOCK) {
                    blocked = kind.name;
                }
            }
        }
        return blocked;
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
