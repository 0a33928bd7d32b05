package libp2p.kad.table;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.multiformats.multiaddr.IpScope;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The networks that a peer's addresses belong to, so that an attacker who rents one network does not fill a table: IPv4
 * by /16, by /8 for the old class A blocks of single owners, IPv6 by /32, which one provider gets where its autonomous
 * system is not known. Addresses of private networks and of this machine have no group: there is no diversity to be had
 * there.
 */
final class IpGroups {
    /** First bytes of old class A blocks that belong to one owner each; the list that go-libp2p uses too. */
    private static final Set<Integer> CLASS_A = Set.of(12, 17, 19, 38, 48, 53, 56, 73);

    private IpGroups() {}

    /** The groups of public addresses, each once, in their order. */
    static List<String> of(List<Multiaddr> addresses) {
        return of(addresses, List.of());
    }

    /** The groups of the addresses that a peer names and of those where it was seen. */
    static List<String> of(List<Multiaddr> addresses, List<Multiaddr> seen) {
        Set<String> groups = new LinkedHashSet<>();
        List<Multiaddr> all = new ArrayList<>(addresses);
        all.addAll(seen);
        for (Multiaddr address : all) {
            InetAddress ip = address.ip();
            if (ip != null && IpScope.of(ip) == IpScope.PUBLIC) {
                groups.add(group(ip.getAddress()));
            }
        }
        return new ArrayList<>(groups);
    }

    private static String group(byte[] ip) {
        int bytes = ip.length == 16 ? 4 : CLASS_A.contains(ip[0] & 0xff) ? 1 : 2;
        return (ip.length == 16 ? "6:" : "4:") + HexFormat.of().formatHex(ip, 0, bytes);
    }
}
