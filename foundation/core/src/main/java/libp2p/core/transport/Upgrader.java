package libp2p.core.transport;

import java.io.IOException;
import libp2p.core.connection.RawConnection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Makes of bytes that come and go a connection to a proved peer with many streams. A transport that has no security of
 * its own dials or accepts, and hands the raw connection here. Four steps follow: the pre-shared key of a private
 * network if there is one, the secure channel that both sides agree on by multistream-select, the proof of the remote
 * peer's key, and the muxer, which the secure channel's handshake agrees on if it can. The gater and the resource
 * manager are asked on the way. Thread-safe.
 */
public interface Upgrader {
    /**
     * Upgrades a connection that this host dialed; blocks. The raw connection and the scope are taken over, and closed
     * when this method throws.
     *
     * @param transport name of the transport
     */
    TransportConnection outbound(String transport, RawConnection raw, DialRequest request) throws IOException;

    /**
     * Upgrades a connection that was accepted; blocks, but not longer than the accept timeout of the swarm. The raw
     * connection and the scope are taken over, and closed when this method throws.
     */
    TransportConnection inbound(String transport, RawConnection raw, ConnectionScope scope) throws IOException;

    /**
     * As {@link #inbound}, for a connection whose handshakes this host begins, since the other end waits for that (see
     * {@link Transport#expectPunch}). The default lets the other end begin.
     *
     * @param peer that the other end must be
     */
    default TransportConnection punched(String transport, RawConnection raw, ConnectionScope scope, PeerId peer)
            throws IOException {
        return inbound(transport, raw, scope);
    }

    /**
     * The host's decision about a peer that has proved its identity to a transport with its own security.
     *
     * @throws libp2p.core.connection.GatedException if the gater refuses
     * @throws IOException if the peer is this host itself
     */
    default void secured(Direction direction, PeerId peer, Multiaddr remote) throws IOException {}
}
