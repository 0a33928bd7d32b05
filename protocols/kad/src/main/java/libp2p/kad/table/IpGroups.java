package libp2p.kad.table;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;

/** The {@linkplain Subnet#group IP groups} that a peer's addresses belong to. */
final class IpGroups {
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
            Subnet group = ip == null ? null : Subnet.group(ip);
            if (group != null) {
                groups.add(group);
            }
        }
        return new ArrayList<>(groups);
    }
}
