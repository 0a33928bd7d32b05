package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.resource.ConnectionScope;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import org.jspecify.annotations.Nullable;

/** Takes the connections that arrive at a port. Called on virtual threads, but for {@link #unproved}; may block. */
public interface QuicAcceptor {
    /** Asked before anything is computed for a client that has proved its address; an exception drops it. */
    ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) throws IOException;

    /**
     * Takes a place for a client that may have forged its address. Called on the event loop; does not block. The scope
     * goes to {@link #accepted} or {@link #failed} if the client is admitted, and is closed by the caller otherwise.
     *
     * @return null if all such places are taken: the client has to prove its address first
     */
    @Nullable
    ConnectionScope unproved(InetSocketAddress remote);

    /** Asked before anything is computed for a client that has an {@linkplain #unproved unproved} place. */
    void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) throws IOException;

    /** Makes what shows this host's certificate, and judges the client's, in one handshake. */
    Credentials credentials(Libp2pCertificate certificate);

    /** What is done with the streams. */
    default Application application(QuicConnection connection) {
        return new QuicStreams(connection);
    }

    /** Takes a connection whose handshake is complete, and its scope. */
    void accepted(QuicConnection connection, ConnectionScope scope);

    /** An admitted connection did not come about; takes the scope back. */
    void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause);
}
