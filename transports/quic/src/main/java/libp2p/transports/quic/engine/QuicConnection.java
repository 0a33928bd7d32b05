package libp2p.transports.quic.engine;

import java.net.InetSocketAddress;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;

/** A QUIC connection whose handshake is complete. */
public interface QuicConnection extends MuxedConnection {
    InetSocketAddress localAddress();

    InetSocketAddress remoteAddress();

    PublicKey remoteKey();

    /**
     * Charges to the scope what the engine may hold in memory for this connection, now and as it grows, until it has
     * ended. A limit that is reached later ends the connection. Called once, before any stream is opened or accepted.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void charge(ResourceScope scope) throws LimitExceededException;
}
