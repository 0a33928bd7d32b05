package libp2p.swarm.peerstore;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Counts who saw this host under which address. One observer is one IPv4 address or one IPv6 /56, so that one machine cannot
 * speak with many voices. Thread-safe.
 */
public final class ObservedAddresses {
    /**
     * Bounds of the observations.
     *
     * @param observers different observers that are needed before an address is believed
     * @param perLocal addresses that are believed per local address
     * @param tracked observed addresses that are counted; the oldest is forgotten first
     */
    public record Limits(int observers, int perLocal, int tracked) {
        public static final Limits DEFAULT = new Limits(4, 3, 256);
    }

    private record Key(Multiaddr local, Multiaddr observed) {}

    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<Key, Set<String>> observers = new LinkedHashMap<>();

    ObservedAddresses(Limits limits) {
        this.limits = limits;
    }

    /** Takes a report; true if the address is to be believed from now on. */
    boolean report(Multiaddr local, Multiaddr observed, Multiaddr remote) {
        InetAddress from = remote.ip();
        InetAddress seen = observed.ip();
        if (from == null
                || seen == null
                || seen.isLoopbackAddress()
                || seen.isAnyLocalAddress()
                || observed.has(Protocol.P2P_CIRCUIT)
                || remote.has(Protocol.P2P_CIRCUIT)
                || observed.equals(local)) {
            return false;
        }
        Key key = new Key(local, observed);
        lock.lock();
        try {
            Set<String> known = observers.computeIfAbsent(key, absent -> new HashSet<>());
            if (observers.size() > limits.tracked()) {
                observers.pollFirstEntry();
            }
            if (known.size() >= limits.observers()) {
                return false;
            }
            known.add(group(from));
            return known.size() == limits.observers() && believed(local) <= limits.perLocal();
        } finally {
            lock.unlock();
        }
    }

    private long believed(Multiaddr local) {
        return observers.entrySet().stream()
                .filter(entry ->
                        entry.getKey().local().equals(local) && entry.getValue().size() >= limits.observers())
                .count();
    }

    private static String group(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 7));
    }
}
