package libp2p;

import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/** The addresses that a host of a private network can have. */
final class PrivateNetworks {
    private PrivateNetworks() {}

    /**
     * Refuses an address of a transport that brings its own security: the key protects raw connections, and such a
     * transport has none and would be open to all.
     *
     * @throws IllegalArgumentException if there is one
     */
    static void check(List<Multiaddr> listen) {
        for (Multiaddr address : listen) {
            if (address.has(Protocol.QUIC_V1)
                    || address.has(Protocol.WEBTRANSPORT)
                    || address.has(Protocol.WEBRTC_DIRECT)) {
                throw new IllegalArgumentException("a private network cannot listen on " + address
                        + ": its transport does not know pre-shared keys");
            }
        }
    }
}
