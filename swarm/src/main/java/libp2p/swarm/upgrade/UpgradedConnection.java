package libp2p.swarm.upgrade;

import java.io.IOException;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Direction;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A muxed connection with what is known about its ends; closes its scope when it has ended. */
final class UpgradedConnection implements TransportConnection {
    private final MuxedConnection muxed;
    private final PeerId remotePeer;
    private final PublicKey remoteKey;
    private final Multiaddr localAddress;
    private final Multiaddr remoteAddress;
    private final Direction direction;
    private final ConnectionState state;
    private final ConnectionScope scope;

    UpgradedConnection(
            MuxedConnection muxed,
            PeerId remotePeer,
            PublicKey remoteKey,
            Multiaddr localAddress,
            Multiaddr remoteAddress,
            Direction direction,
            ConnectionState state,
            ConnectionScope scope) {
        this.muxed = muxed;
        this.remotePeer = remotePeer;
        this.remoteKey = remoteKey;
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.direction = direction;
        this.state = state;
        this.scope = scope;
        muxed.announceWithData(); // every stream negotiates its protocol first
        muxed.onClose(scope::close);
    }

    @Override
    public PeerId remotePeer() {
        return remotePeer;
    }

    @Override
    public PublicKey remoteKey() {
        return remoteKey;
    }

    @Override
    public Multiaddr localAddress() {
        return localAddress;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remoteAddress;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public ConnectionState state() {
        return state;
    }

    @Override
    public ConnectionScope scope() {
        return scope;
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
    public int streams() {
        return muxed.streams();
    }

    @Override
    public long roundTripNanos() {
        return muxed.roundTripNanos();
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
