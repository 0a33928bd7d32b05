package libp2p;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * Addresses of a node that was told none: TCP, QUIC and WebTransport on all interfaces.
 *
 * @param addresses to listen on
 */
public record DefaultAddresses(List<Multiaddr> addresses) {
    public DefaultAddresses {
        addresses = List.copyOf(addresses);
    }

    /** The addresses with one port number for TCP and UDP; QUIC and WebTransport share the UDP port. */
    public static DefaultAddresses onPort(int port) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (String any : List.of("/ip4/0.0.0.0", "/ip6/::")) {
            addresses.add(Multiaddr.parse(any + "/tcp/" + port));
            addresses.add(Multiaddr.parse(any + "/udp/" + port + "/quic-v1"));
            addresses.add(Multiaddr.parse(any + "/udp/" + port + "/quic-v1/webtransport"));
        }
        return new DefaultAddresses(addresses);
    }

    /** Those that programs dial, without WebTransport, which is for browsers. */
    public DefaultAddresses withoutBrowsers() {
        return new DefaultAddresses(addresses.stream()
                .filter(address -> !address.has(Protocol.WEBTRANSPORT))
                .toList());
    }

    /**
     * Those of the families of addresses that a machine has: many a container has no IPv6. All if it has no interface
     * yet.
     */
    List<Multiaddr> usable(Environment environment) throws IOException {
        List<InetAddress> own = environment.network().interfaceAddresses();
        return addresses.stream()
                .filter(address -> own.isEmpty()
                        || address.ip() == null
                        || own.stream()
                                .anyMatch(one -> one.getClass() == address.ip().getClass()))
                .toList();
    }
}
