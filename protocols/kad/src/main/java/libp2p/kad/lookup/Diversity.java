package libp2p.kad.lookup;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The peers that count, of which so many at most are of one {@linkplain Subnet#group IP group}: an attacker with many ids has
 * few networks. Peers without a public address always count. Not thread-safe.
 */
final class Diversity {
    private final int most;
    private final Map<Subnet, Integer> counts = new HashMap<>();
    private final Set<Subnet> exceeded = new HashSet<>();

    /** @param most of one group */
    Diversity(int most) {
        this.most = most;
    }

    /** Counts a peer if its group has room; returns whether it has. */
    boolean take(@Nullable Subnet group) {
        if (group == null) {
            return true;
        }
        boolean room = counts.getOrDefault(group, 0) < most;
        if (room) {
            counts.merge(group, 1, Integer::sum);
        } else {
            exceeded.add(group);
        }
        return room;
    }

    /** A peer was not asked: if its group has no room, that is why. */
    void passOver(@Nullable Subnet group) {
        if (group != null && counts.getOrDefault(group, 0) >= most) {
            exceeded.add(group);
        }
    }

    /** Whether a group had more peers than count. */
    boolean isExceeded(@Nullable Subnet group) {
        return group != null && exceeded.contains(group);
    }

    /** Whether any group had more peers than count. */
    boolean hasExceeded() {
        return !exceeded.isEmpty();
    }

    /** The group that a peer is said to be in: that of its first public address; null if it has none. */
    static @Nullable Subnet said(List<Multiaddr> addresses) {
        for (Multiaddr address : addresses) {
            InetAddress ip = address.ip();
            Subnet group = ip == null ? null : Subnet.group(ip);
            if (group != null) {
                return group;
            }
        }
        return null;
    }
}
