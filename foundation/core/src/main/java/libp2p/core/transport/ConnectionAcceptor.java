package libp2p.core.transport;

import java.io.IOException;
import libp2p.core.connection.RawConnection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The swarm as a listener sees it. Thread-safe. */
public interface ConnectionAcceptor {
    /**
     * Asks gater, rate limits and resource manager before any handshake. The connection has a place among those in
     * their handshakes until it is {@linkplain #accept accepted} or {@linkplain #diverted diverted}, or the scope is
     * closed. The caller closes the scope if the connection does not come about; otherwise the {@link
     * TransportConnection} owns it.
     *
     * @param descriptor whether the connection holds a file descriptor of its own
     * @throws libp2p.core.connection.GatedException if the gater refuses
     * @throws libp2p.core.resource.LimitExceededException if a limit is reached
     */
    ConnectionScope admit(Multiaddr local, Multiaddr remote, boolean descriptor) throws IOException;

    /**
     * Takes a place for a client that may have forged its address. Never blocks.
     *
     * @return null if all such places are taken: the client has to prove its address first
     */
    @Nullable
    ConnectionScope unproved(Multiaddr remote);

    /**
     * As the other {@code admit}, for a client that has an {@linkplain #unproved unproved} place; its address is
     * charged when {@link ConnectionScope#setPeer} is called. The scope stays the caller's when this throws.
     */
    void admit(Multiaddr local, Multiaddr remote, ConnectionScope unproved) throws IOException;

    /**
     * Tells that an admitted connection comes from another address than it seemed, as a reverse proxy says that the
     * listener trusts. The gater is asked about that address, and the connection is charged to it.
     *
     * @param remote the address of the client
     * @param scope with which the connection was admitted
     * @throws libp2p.core.connection.GatedException if the gater refuses
     * @throws libp2p.core.resource.LimitExceededException if a limit of the address is reached
     */
    void forwarded(Multiaddr local, Multiaddr remote, ConnectionScope scope) throws IOException;

    /**
     * Tells that a connection that was {@linkplain #accept accepted} goes on from another address, which it has proved,
     * as a peer over QUIC may. The gater is asked about the peer at that address, and the connection is charged to it.
     * When this throws the caller closes the connection.
     *
     * @param remote the address from which the peer sends now
     * @param scope with which the connection was admitted
     * @throws libp2p.core.connection.GatedException if the gater refuses
     * @throws libp2p.core.resource.LimitExceededException if a limit of the address is reached
     */
    void moved(Multiaddr local, Multiaddr remote, PeerId peer, ConnectionScope scope) throws IOException;

    /**
     * Hands a finished connection over, with the scope with which it was admitted; it is closed if it is not wanted.
     * After this call the connection has not {@link #failed}, whatever this method throws.
     */
    void accept(TransportConnection connection);

    /** Makes a connection of a raw one. */
    @FunctionalInterface
    interface InboundUpgrade {
        /** Blocks. */
        TransportConnection run() throws IOException;
    }

    /**
     * Has an admitted connection upgraded on the calling thread, and hands it over. If that fails the connection and
     * its scope are closed, and it has {@link #failed}.
     *
     * @param scope with which it was admitted
     */
    default void accept(RawConnection raw, ConnectionScope scope, InboundUpgrade upgrade) {
        TransportConnection connection;
        try {
            connection = upgrade.run();
        } catch (IOException | RuntimeException | Error e) {
            raw.close();
            scope.close();
            failed(raw.localAddress(), raw.remoteAddress(), scope, e);
            return;
        }
        accept(connection);
    }

    /**
     * Tells, for logs, metrics and events, that an admitted connection failed during its handshakes.
     *
     * @param scope with which it was admitted; may be closed already
     */
    void failed(Multiaddr local, Multiaddr remote, ConnectionScope scope, Throwable cause);

    /**
     * Tells that an admitted connection turned out to be for something else than libp2p, such as an application's HTTP
     * on a shared port. It no longer counts among those in their handshakes; the caller closes the scope when it has
     * ended.
     *
     * @param scope with which it was admitted
     */
    void diverted(ConnectionScope scope);
}
