package libp2p;

import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.quic.QuicTransport;
import org.jspecify.annotations.Nullable;

/**
 * Where a node listens that was not told where: TCP and QUIC on all interfaces, as far as this machine can.
 *
 * @param addresses to listen on
 * @param without what is left out, each with the reason; for people
 */
public record DefaultAddresses(List<Multiaddr> addresses, List<String> without) {
    public DefaultAddresses {
        addresses = List.copyOf(addresses);
        without = List.copyOf(without);
    }

    /** The addresses with one port number for TCP and UDP. Loads the native library of QUIC. */
    public static DefaultAddresses onPort(int port) {
        return onPort(port, QuicTransport.unavailable());
    }

    static DefaultAddresses onPort(int port, @Nullable String quicUnavailable) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (String any : List.of("/ip4/0.0.0.0", "/ip6/::")) {
            addresses.add(Multiaddr.parse(any + "/tcp/" + port));
            if (quicUnavailable == null) {
                addresses.add(Multiaddr.parse(any + "/udp/" + port + "/quic-v1"));
            }
        }
        return new DefaultAddresses(
                addresses, quicUnavailable == null ? List.of() : List.of("QUIC: " + quicUnavailable));
    }
}
