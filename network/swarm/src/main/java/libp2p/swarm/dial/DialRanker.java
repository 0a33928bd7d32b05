package libp2p.swarm.dial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import libp2p.core.host.PublicAddresses;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Dial ranking: orders the addresses of a peer and says how long each waits before it is tried: private addresses,
 * public addresses and addresses through relays each by themselves; QUIC before TCP and WebSocket; the first IPv6
 * address, a step later the first IPv4 address, another step later the rest (RFC 8305 "Happy Eyeballs"). The delays are
 * those of go-libp2p. Pure.
 */
public final class DialRanker {
    /** An address and how long after the start of the dial it is tried. */
    public record Ranked(Multiaddr address, Duration delay) {
        private Ranked later(Duration time) {
            return new Ranked(address, delay.plus(time));
        }
    }

    private static final Duration PUBLIC_STEP = Duration.ofMillis(250);
    private static final Duration PRIVATE_STEP = Duration.ofMillis(30);
    private static final Duration PUBLIC_OTHER = Duration.ofSeconds(1);
    private static final Duration PRIVATE_OTHER = Duration.ofMillis(100);
    private static final Duration RELAY = Duration.ofMillis(500);
    /** From the last of the others to the first of those that failed a moment ago. */
    private static final Duration FAILED = Duration.ofSeconds(1);

    /** Low ports are more often those that hosts listen on. */
    private static final Comparator<Multiaddr> BY_FAMILY_AND_PORT = Comparator.comparing(
                    (Multiaddr address) -> address.has(Protocol.IP4))
            .thenComparingInt(Multiaddr::port);

    private static final Comparator<Multiaddr> QUIC_FIRST = Comparator.comparing(
                    (Multiaddr address) -> address.has(Protocol.WEBTRANSPORT))
            .thenComparing(BY_FAMILY_AND_PORT);

    private DialRanker() {}

    /**
     * Ranks the addresses; the result is ordered by delay and holds every address once.
     *
     * @param failed those among them that failed a moment ago: they come when all others have had their chance
     */
    public static List<Ranked> rank(List<Multiaddr> addresses, Collection<Multiaddr> failed) {
        return rank(addresses, failed, Multiaddr::isPublic);
    }

    /** As above, where some addresses count as public that are not, or the other way round. */
    public static List<Ranked> rank(
            List<Multiaddr> addresses, Collection<Multiaddr> failed, PublicAddresses publicAddresses) {
        List<Ranked> ranked = rank(
                addresses.stream().filter(address -> !failed.contains(address)).toList(), publicAddresses);
        Duration offset =
                ranked.isEmpty() ? Duration.ZERO : ranked.getLast().delay().plus(FAILED);
        rank(addresses.stream().filter(failed::contains).toList(), publicAddresses)
                .forEach(late -> ranked.add(late.later(offset)));
        return ranked;
    }

    /** All at once, in their order: packets of a hole punch have to meet. */
    public static List<Ranked> atOnce(List<Multiaddr> addresses) {
        return addresses.stream()
                .map(address -> new Ranked(address, Duration.ZERO))
                .toList();
    }

    private static List<Ranked> rank(List<Multiaddr> addresses, PublicAddresses publicAddresses) {
        List<Multiaddr> relayed = new ArrayList<>();
        List<Multiaddr> local = new ArrayList<>();
        List<Multiaddr> open = new ArrayList<>();
        for (Multiaddr address : addresses.stream().distinct().toList()) {
            if (address.has(Protocol.P2P_CIRCUIT)) {
                relayed.add(address);
            } else if (publicAddresses.isPublic(address)) {
                open.add(address);
            } else {
                local.add(address);
            }
        }
        List<Ranked> ranked = new ArrayList<>(rankGroup(local, PRIVATE_STEP, PRIVATE_OTHER));
        ranked.addAll(rankGroup(open, PUBLIC_STEP, PUBLIC_OTHER));
        // private addresses are most often those of another network, and nothing to wait for
        Duration offset = open.isEmpty() ? Duration.ZERO : RELAY;
        rankGroup(relayed, PUBLIC_STEP, PUBLIC_OTHER).forEach(relay -> ranked.add(relay.later(offset)));
        ranked.sort(Comparator.comparing(Ranked::delay)); // stable: the order inside a group stays
        return ranked;
    }

    private static List<Ranked> rankGroup(List<Multiaddr> group, Duration step, Duration other) {
        List<Multiaddr> quic = new ArrayList<>();
        List<Multiaddr> tcp = new ArrayList<>();
        List<Multiaddr> others = new ArrayList<>();
        for (Multiaddr address : group) {
            if (address.has(Protocol.QUIC_V1)) {
                quic.add(address);
            } else if (address.has(Protocol.TCP) && !isWebSocketOfAnother(address, group)) {
                tcp.add(address);
            } else {
                others.add(address);
            }
        }
        List<Ranked> ranked = new ArrayList<>(group.size());
        stagger(quic, QUIC_FIRST, step, Duration.ZERO, ranked);
        Duration start =
                ranked.isEmpty() ? Duration.ZERO : ranked.getLast().delay().plus(step);
        stagger(tcp, BY_FAMILY_AND_PORT, step, start, ranked);
        Duration last = ranked.isEmpty() ? Duration.ZERO : ranked.getLast().delay();
        others.forEach(address -> ranked.add(new Ranked(address, last.plus(other))));
        return ranked;
    }

    /** Whether this is a WebSocket on the same port as plain TCP, which needs fewer round trips. */
    private static boolean isWebSocketOfAnother(Multiaddr address, List<Multiaddr> group) {
        if (!address.has(Protocol.WS) && !address.has(Protocol.WSS)) {
            return false;
        }
        List<Component> port = port(address);
        return group.stream()
                .filter(other -> !other.has(Protocol.WS) && !other.has(Protocol.WSS))
                .anyMatch(other -> port(other).equals(port));
    }

    private static List<Component> port(Multiaddr address) {
        return address.components().stream().limit(2).toList();
    }

    private static void stagger(
            List<Multiaddr> kind, Comparator<Multiaddr> order, Duration step, Duration start, List<Ranked> ranked) {
        kind.sort(order);
        boolean both = !kind.isEmpty() && kind.getFirst().has(Protocol.IP6) && moveToSecond(kind, Protocol.IP4);
        for (int i = 0; i < kind.size(); i++) {
            int steps = both ? Math.min(2, i) : Math.min(1, i);
            ranked.add(new Ranked(kind.get(i), start.plus(step.multipliedBy(steps))));
        }
    }

    private static boolean moveToSecond(List<Multiaddr> addresses, Protocol family) {
        Predicate<Multiaddr> wanted = address -> address.has(family);
        Multiaddr first = addresses.stream().filter(wanted).findFirst().orElse(null);
        if (first == null) {
            return false;
        }
        addresses.remove(first);
        addresses.add(1, first);
        return true;
    }
}
