package libp2p.transports.quic.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.resource.ConnectionScope;

/** Takes the connections that arrive at a port. Called on virtual threads; may block. */
public interface QuicAcceptor {
    /** Asked before anything is computed for a new connection; an exception drops it. */
    ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException;

    /** Says whom to trust in one handshake. */
    PeerVerifier verifier();

    /** Takes a connection whose handshake is complete, and its scope. */
    void accepted(QuicConnection connection, ConnectionScope scope);

    /** An admitted connection did not come about; takes the scope back. */
    void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause);
}
