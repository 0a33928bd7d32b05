package libp2p.swarm.dial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Orders the addresses of a peer and says how long each waits before it is tried: private addresses, public addresses and
 * addresses through relays each by themselves; QUIC before TCP; IPv6 before IPv4 (RFC 8305 "Happy Eyeballs"). The delays
 * are those of go-libp2p. Pure.
 */
public final class DialRanker {
    /** An address and how long after the start of the dial it is tried. */
    public record Ranked(Multiaddr address, Duration delay) {}

    private static final Duration PUBLIC_STEP = Duration.ofMillis(250);
    private static final Duration PRIVATE_STEP = Duration.ofMillis(30);
    private static final Duration PUBLIC_OTHER = Duration.ofSeconds(1);
    private static final Duration PRIVATE_OTHER = Duration.ofMillis(100);
    private static final Duration RELAY = Duration.ofMillis(500);

    private DialRanker() {}

    /** Ranks the addresses; the result is ordered by delay and holds every address once. */
    public static List<Ranked> rank(List<Multiaddr> addresses) {
        List<Multiaddr> relayed = new ArrayList<>();
        List<Multiaddr> local = new ArrayList<>();
        List<Multiaddr> open = new ArrayList<>();
        for (Multiaddr address : addresses.stream().distinct().toList()) {
            if (address.has(Protocol.P2P_CIRCUIT)) {
                relayed.add(address);
            } else if (address.isPublic()) {
                open.add(address);
            } else {
                local.add(address);
            }
        }
        List<Ranked> ranked = new ArrayList<>(addresses.size());
        rankGroup(local, PRIVATE_STEP, PRIVATE_OTHER, Duration.ZERO, ranked);
        rankGroup(open, PUBLIC_STEP, PUBLIC_OTHER, Duration.ZERO, ranked);
        boolean direct = !local.isEmpty() || !open.isEmpty();
        rankGroup(relayed, PUBLIC_STEP, PUBLIC_OTHER, direct ? RELAY : Duration.ZERO, ranked);
        ranked.sort(Comparator.comparing(Ranked::delay)); // stable: the order inside a group stays
        return ranked;
    }

    private static void rankGroup(
            List<Multiaddr> group, Duration step, Duration other, Duration offset, List<Ranked> ranked) {
        List<Multiaddr> quic = sorted(group, DialRanker::isQuic);
        List<Multiaddr> tcp = sorted(group, DialRanker::isTcp);
        Duration delay = offset;
        for (int i = 0; i < quic.size(); i++) {
            delay = i == 0 ? offset : i == 1 ? offset.plus(step) : delay;
            ranked.add(new Ranked(quic.get(i), delay));
        }
        Duration tcpStart = quic.isEmpty() ? offset : delay.plus(step);
        for (int i = 0; i < tcp.size(); i++) {
            delay = i == 0 ? tcpStart : i == 1 ? tcpStart.plus(step) : delay;
            ranked.add(new Ranked(tcp.get(i), delay));
        }
        boolean first = quic.isEmpty() && tcp.isEmpty();
        for (Multiaddr address : group) {
            if (!isQuic(address) && !isTcp(address)) {
                ranked.add(new Ranked(address, first ? offset : offset.plus(other)));
            }
        }
    }

    /** IPv6 first, alternating with IPv4 so that the second attempt is of the other family, lower ports first. */
    private static List<Multiaddr> sorted(List<Multiaddr> group, java.util.function.Predicate<Multiaddr> kind) {
        List<Multiaddr> six = new ArrayList<>();
        List<Multiaddr> four = new ArrayList<>();
        group.stream()
                .filter(kind)
                .sorted(Comparator.comparingInt(Multiaddr::port))
                .forEach(address -> {
                    (address.has(Protocol.IP6) ? six : four).add(address);
                });
        List<Multiaddr> result = new ArrayList<>(six.size() + four.size());
        if (!six.isEmpty()) {
            result.add(six.removeFirst());
        }
        if (!four.isEmpty()) {
            result.add(four.removeFirst());
        }
        result.addAll(six);
        result.addAll(four);
        return result;
    }

    private static boolean isQuic(Multiaddr address) {
        return address.has(Protocol.QUIC_V1);
    }

    private static boolean isTcp(Multiaddr address) {
        return address.has(Protocol.TCP);
    }
}
