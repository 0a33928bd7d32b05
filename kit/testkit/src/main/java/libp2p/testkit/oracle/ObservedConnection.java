package libp2p.testkit.oracle;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionState;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose streams are heard by a {@link Wiretap}.
 *
 * @param number tells it from the others of the world
 */
record ObservedConnection(TransportConnection inner, Wiretap tap, long number) implements TransportConnection {
    private MuxedStream observe(MuxedStream stream, boolean inbound) {
        return new ObservedStream(stream, tap.conversation(this, inbound));
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return observe(inner.openStream(deadline), false);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return observe(inner.acceptStream(), true);
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        return inner.onStream(stream -> receiver.accept(observe(stream, true)));
    }

    @Override
    public void announceWithData() {
        inner.announceWithData();
    }

    @Override
    public int streams() {
        return inner.streams();
    }

    @Override
    public long roundTripNanos() {
        return inner.roundTripNanos();
    }

    @Override
    public @Nullable Multiaddr movedTo() {
        return inner.movedTo();
    }

    @Override
    public Map<String, Object> details() {
        return inner.details();
    }

    @Override
    public void close(long code, String reason) {
        inner.close(code, reason);
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return inner.closeReason();
    }

    @Override
    public void onClose(Runnable action) {
        inner.onClose(action);
    }

    @Override
    public PeerId remotePeer() {
        return inner.remotePeer();
    }

    @Override
    public PublicKey remoteKey() {
        return inner.remoteKey();
    }

    @Override
    public Multiaddr localAddress() {
        return inner.localAddress();
    }

    @Override
    public Multiaddr remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public Direction direction() {
        return inner.direction();
    }

    @Override
    public ConnectionState state() {
        return inner.state();
    }

    @Override
    public ConnectionScope scope() {
        return inner.scope();
    }
}
