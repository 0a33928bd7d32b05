package libp2p.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A secured and multiplexed connection to one peer. Its handshake has proved that {@link #remotePeer} holds the key of
 * that id, so a handler need not ask who is there. Most applications open streams on the host and never see a
 * connection; it tells how the peer is reached:
 *
 * <pre>{@code
 * Connection connection = visitor.connect(PeerAddress.parse(
 *         relay.fullAddresses().getFirst() + "/p2p-circuit/p2p/" + hidden.peerId()));
 * System.out.println("limited: " + connection.isLimited());
 * System.out.println("connected by " + connection.state().transport());
 * }</pre>
 *
 * <p>A connection through a relay is limited: it carries few bytes for a short time, and the host refuses to open
 * streams on it unless the caller allows that. There may be several connections to a peer at a time; new streams go to
 * the best.
 *
 * <p>Thread-safe. It belongs to the host, which closes it; an application may close it earlier, with a code and a
 * reason that the remote peer learns.
 */
public interface Connection {
    /** Unique in this host for its lifetime. */
    long id();

    /** The peer at the other end, which has proved its identity. */
    PeerId remotePeer();

    /** The key of the peer at the other end. */
    PublicKey remoteKey();

    /** The address of this end, without {@code /p2p}. */
    Multiaddr localAddress();

    /** The address of the remote peer, without {@code /p2p}. */
    Multiaddr remoteAddress();

    /** Outbound if this host dialed. */
    Direction direction();

    /** When the connection was ready for streams. */
    Instant opened();

    /** The protocols that carry and protect the connection. */
    ConnectionState state();

    /** Whether a relay limits the bytes or the lifetime of this connection. */
    default boolean isLimited() {
        return state().limits() != null;
    }

    /** Whether the connection leads to the peer without a relay in between, as its addresses tell. */
    default boolean isDirect() {
        return !remoteAddress().has(Protocol.P2P_CIRCUIT) && !localAddress().has(Protocol.P2P_CIRCUIT);
    }

    /** The scope to which the connection is charged. */
    ConnectionScope scope();

    /** The latest measured round trip to the remote peer; empty while none was measured. */
    default Optional<Duration> roundTrip() {
        return Optional.empty();
    }

    /**
     * Figures of the transport for people and monitoring, in an order, as {@link
     * libp2p.core.muxer.MuxedConnection#details} has them; empty where it has none.
     */
    default Map<String, Object> details() {
        return Map.of();
    }

    /** The streams that are open now. */
    List<Stream> streams();

    /**
     * Opens a stream on this connection with the first of the protocols that the remote peer speaks; blocks for the
     * negotiation.
     *
     * @throws LimitedConnectionException if the connection {@linkplain #isLimited is limited}
     * @throws NegotiationException if it speaks none of them
     * @throws UnauthorizedException if the authorizer of this host permits none of them
     * @throws ConnectionClosedException if the connection has ended
     * @throws libp2p.core.resource.LimitExceededException if a limit of this host stands in the way
     * @throws DeadlineExceededException when the deadline passes
     */
    Stream open(Deadline deadline, String... protocols) throws IOException;

    /**
     * As {@link #open}, also on a limited connection: for protocols that need few bytes and do it good, as identify.
     */
    Stream openAllowingLimited(Deadline deadline, String... protocols) throws IOException;

    /**
     * Ends the connection and resets its streams; tells the remote peer the code where the transport can. Idempotent.
     */
    void close(long code, String reason);

    /** Why the connection ended, or null while it is open. */
    @Nullable
    CloseReason closeReason();

    /** Whether neither side has closed the connection, as far as is known here. */
    default boolean isOpen() {
        return closeReason() == null;
    }
}
