package libp2p.quic.connection;

import libp2p.quic.stream.StreamChunks;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/** The services of an endpoint for its connections. Called under the lock of the connection; must not call back. */
public interface EndpointContext {
    /** Fills the array with bytes fit for keys. */
    void random(byte[] bytes);

    /** Hears what happens on the connection, or null; asked once. */
    default @Nullable Tracer tracer(boolean client, ConnectionId originalDestination, long now) {
        return null;
    }

    /** Makes a connection id whose packets find this connection from now on. */
    ConnectionId newId();

    /** The stateless reset token of an id of this side. */
    byte[] resetToken(ConnectionId id);

    /** An id is of no use any more. */
    void retired(ConnectionId id);

    /** A datagram of no connection that is known, which ends with this token, is for this one from now on. */
    void resettable(byte[] token);

    /** It is so no more. */
    void unresettable(byte[] token);

    /** Memory of the bytes of streams. */
    StreamChunks chunks();

    /** An array of at least a length for the packets of one turn; to be given back. */
    byte[] borrow(int length);

    /** Takes an array back. */
    void giveBack(byte[] array);

    /** A token for later connections of the remote, or an empty array. */
    byte[] newToken(java.net.InetSocketAddress remote);
}
