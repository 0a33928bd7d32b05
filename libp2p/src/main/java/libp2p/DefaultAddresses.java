package libp2p;

import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Where a node listens that was not told where: TCP and QUIC on all interfaces.
 *
 * @param addresses to listen on
 */
public record DefaultAddresses(List<Multiaddr> addresses) {
    public DefaultAddresses {
        addresses = List.copyOf(addresses);
    }

    /** The addresses with one port number for TCP and UDP. */
    public static DefaultAddresses onPort(int port) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (String any : List.of("/ip4/0.0.0.0", "/ip6/::")) {
            addresses.add(Multiaddr.parse(any + "/tcp/" + port));
            addresses.add(Multiaddr.parse(any + "/udp/" + port + "/quic-v1"));
        }
        return new DefaultAddresses(addresses);
    }
}
