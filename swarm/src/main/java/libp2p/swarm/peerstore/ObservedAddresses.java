package libp2p.swarm.peerstore;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import libp2p.core.environment.Environment;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Counts who saw this host under which address. One observer is one IPv4 address or one IPv6 /56 and has one vote per local
 * address, the last it gave, so that one machine cannot speak with many voices. Votes are forgotten after a while. Guarded
 * by the lock of the address book.
 */
public final class ObservedAddresses {
    /**
     * Bounds of the observations.
     *
     * @param observers different observers that are needed before an address is believed
     * @param perLocal addresses that are believed per local address
     * @param locals local addresses that are tracked; the one heard of longest ago is forgotten first
     * @param votes votes that are kept per local address; the oldest is forgotten first
     * @param lifetime how long a vote counts
     */
    public record Limits(int observers, int perLocal, int locals, int votes, Duration lifetime) {
        public static final Limits DEFAULT = new Limits(4, 3, 64, 256, Duration.ofMinutes(40));
    }

    private record Vote(Multiaddr address, long expires) {}

    private final Environment environment;
    private final Limits limits;
    private final SequencedMap<Multiaddr, SequencedMap<String, Vote>> votes = new LinkedHashMap<>(16, 0.75f, true);

    ObservedAddresses(Environment environment, Limits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /** Takes a vote, if it can be one. */
    void report(Multiaddr local, Multiaddr observed, Multiaddr remote) {
        InetAddress from = remote.ip();
        if (from == null || remote.has(Protocol.P2P_CIRCUIT) || !isCredible(local, observed)) {
            return;
        }
        SequencedMap<String, Vote> cast = votes.computeIfAbsent(local, key -> new LinkedHashMap<>());
        if (votes.size() > limits.locals()) {
            votes.pollFirstEntry();
        }
        String observer = observer(from);
        cast.remove(observer);
        cast.put(
                observer,
                new Vote(observed, environment.nanoTime() + limits.lifetime().toNanos()));
        if (cast.size() > limits.votes()) {
            cast.pollFirstEntry();
        }
    }

    private static boolean isCredible(Multiaddr local, Multiaddr observed) {
        InetAddress here = local.ip();
        InetAddress seen = observed.ip();
        return here != null
                && seen != null
                && here instanceof Inet4Address == seen instanceof Inet4Address
                && !seen.isLoopbackAddress()
                && !seen.isAnyLocalAddress()
                && !seen.isMulticastAddress()
                && !observed.has(Protocol.P2P_CIRCUIT)
                && observed.protocols().equals(local.protocols())
                && !observed.equals(local);
    }

    /** The addresses that enough observers agree on now, in their order. */
    Set<Multiaddr> believed() {
        long now = environment.nanoTime();
        Set<Multiaddr> believed = new TreeSet<>();
        votes.values().forEach(cast -> {
            cast.values().removeIf(vote -> vote.expires() <= now);
            believed.addAll(elected(cast));
        });
        return believed;
    }

    private List<Multiaddr> elected(SequencedMap<String, Vote> cast) {
        Map<Multiaddr, Integer> counts = new TreeMap<>();
        cast.values().forEach(vote -> counts.merge(vote.address(), 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= limits.observers())
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(limits.perLocal())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String observer(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 7));
    }
}
