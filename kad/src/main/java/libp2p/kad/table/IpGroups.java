package libp2p.kad.table;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.multiformats.multiaddr.IpScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;

/**
 * The networks that a peer's addresses belong to, so that the holder of one network does not fill a table: IPv4 by /16,
 * by /8 for the old class A blocks of single owners, IPv6 by /32, which is what one provider gets where its autonomous
 * system is not known. Addresses of private networks and of this machine have no group: there is no diversity to be had
 * there.
 */
final class IpGroups {
    /** First bytes of old class A blocks that belong to one owner each; the list that go-libp2p uses too. */
    private static final Set<Integer> CLASS_A = Set.of(12, 17, 19, 38, 48, 53, 56, 73);

    private static final int CLASS_A_BITS = 8;
    private static final int IP4_BITS = 16;
    private static final int IP6_BITS = 32;

    private IpGroups() {}

    /** The groups of public addresses, each once, in their order. */
    static List<Subnet> of(List<Multiaddr> addresses) {
        return of(addresses, List.of());
    }

    /** The groups of what a peer says and of where it was seen. */
    static List<Subnet> of(List<Multiaddr> addresses, List<Multiaddr> seen) {
        Set<Subnet> groups = new LinkedHashSet<>();
        List<Multiaddr> all = new ArrayList<>(addresses);
        all.addAll(seen);
        for (Multiaddr address : all) {
            InetAddress ip = address.ip();
            if (ip != null && IpScope.of(ip) == IpScope.PUBLIC) {
                groups.add(group(ip));
            }
        }
        return new ArrayList<>(groups);
    }

    private static Subnet group(InetAddress ip) {
        boolean ownerOfAll = CLASS_A.contains(ip.getAddress()[0] & 0xff);
        return Subnet.of(ip, ip instanceof Inet6Address ? IP6_BITS : ownerOfAll ? CLASS_A_BITS : IP4_BITS);
    }
}
