package libp2p.core.transport;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionState;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A muxed connection with what is known about its ends. Its maker sees to it that the scope is closed when the
 * connection has ended.
 *
 * @param muxed does all that a connection does
 * @param remoteKey that the handshake has proved
 * @param localAddress without {@code /p2p}
 * @param remoteAddress at the handshake, as dialed or as seen by the socket, without {@code /p2p}
 * @param direction who opened it
 * @param state transport, security and muxer, and how they were agreed on
 * @param scope to which the connection and its streams are charged
 */
public record MuxedTransportConnection(
        MuxedConnection muxed,
        PublicKey remoteKey,
        Multiaddr localAddress,
        Multiaddr remoteAddress,
        Direction direction,
        ConnectionState state,
        ConnectionScope scope)
        implements TransportConnection {
    /** Where the remote is now: over QUIC it may have moved since the handshake. */
    @Override
    public Multiaddr remoteAddress() {
        Multiaddr moved = muxed.movedTo();
        return moved == null ? remoteAddress : moved;
    }

    @Override
    public @Nullable Multiaddr movedTo() {
        return muxed.movedTo();
    }

    @Override
    public PeerId remotePeer() {
        return remoteKey.peerId();
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return muxed.openStream(deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return muxed.acceptStream();
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        return muxed.onStream(receiver);
    }

    @Override
    public void announceWithData() {
        muxed.announceWithData();
    }

    @Override
    public int streams() {
        return muxed.streams();
    }

    @Override
    public long roundTripNanos() {
        return muxed.roundTripNanos();
    }

    @Override
    public Map<String, Object> details() {
        return muxed.details();
    }

    @Override
    public void close(long code, String reason) {
        muxed.close(code, reason);
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return muxed.closeReason();
    }

    @Override
    public void onClose(Runnable action) {
        muxed.onClose(action);
    }
}
