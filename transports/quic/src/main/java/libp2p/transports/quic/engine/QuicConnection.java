package libp2p.transports.quic.engine;

import java.net.InetSocketAddress;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;

/** A QUIC connection whose handshake is complete. */
public interface QuicConnection extends MuxedConnection {
    InetSocketAddress localAddress();

    InetSocketAddress remoteAddress();

    PublicKey remoteKey();
}
