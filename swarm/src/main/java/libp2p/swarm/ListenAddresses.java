package libp2p.swarm;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Network;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Turns an unspecified listen address into one address per interface. */
final class ListenAddresses {
    private ListenAddresses() {}

    static List<Multiaddr> expand(Multiaddr bound, Network network) throws IOException {
        InetAddress ip = bound.ip();
        if (ip == null || !ip.isAnyLocalAddress()) {
            return List.of(bound);
        }
        List<Component> components = bound.components();
        Multiaddr rest = Multiaddr.of(components.subList(1, components.size()));
        List<Multiaddr> expanded = new ArrayList<>();
        for (InetAddress candidate : network.interfaceAddresses()) {
            boolean sameFamily = (ip instanceof Inet4Address) == (candidate instanceof Inet4Address);
            if (sameFamily && !candidate.isLinkLocalAddress()) {
                expanded.add(Multiaddr.ofIp(candidate).encapsulate(rest));
            }
        }
        return expanded;
    }
}
