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
        Set<Subnet> groups = new LinkedHashSet<>();
        for (Multiaddr address : addresses) {
            InetAddress ip = address.ip();
            Subnet group = ip == null ? null : Subnet.group(ip);
            if (group != null) {
                groups.add(group);
            }
        }
        return new ArrayList<>(groups);
    }
}
