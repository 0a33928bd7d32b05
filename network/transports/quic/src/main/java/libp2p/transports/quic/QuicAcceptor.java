package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.resource.ConnectionScope;
import org.jspecify.annotations.Nullable;

/**
 * Takes the connections of one protocol that arrive at a port. Clients are let in before they have said which protocol
 * they want: the first acceptor of a port is asked about all of them, with scopes that any of its acceptors can take.
 * Called on virtual threads, but for {@link #unproved}; may block.
 */
public interface QuicAcceptor extends QuicProtocol {
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

    /** Takes a connection of its protocol whose handshake is complete, and its scope. */
    void accepted(QuicConnection connection, ConnectionScope scope);

    /** An admitted connection did not come about, whatever its protocol; takes the scope back. */
    void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable cause);
}
