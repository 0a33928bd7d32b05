package libp2p.testkit.oracle;

import java.io.IOException;
import java.util.function.Consumer;
import libp2p.core.connection.ConnectionState;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.ForwardingMuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A connection whose streams are heard by a {@link Wiretap}.
 *
 * @param number tells it from the others of the world
 */
record ObservedConnection(TransportConnection muxed, Wiretap tap, long number)
        implements TransportConnection, ForwardingMuxedConnection {
    private MuxedStream observe(MuxedStream stream, boolean inbound) {
        return new ObservedStream(stream, tap.conversation(this, inbound));
    }

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return observe(muxed.openStream(deadline), false);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return observe(muxed.acceptStream(), true);
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        return muxed.onStream(stream -> receiver.accept(observe(stream, true)));
    }

    @Override
    public PeerId remotePeer() {
        return muxed.remotePeer();
    }

    @Override
    public PublicKey remoteKey() {
        return muxed.remoteKey();
    }

    @Override
    public Multiaddr localAddress() {
        return muxed.localAddress();
    }

    @Override
    public Multiaddr remoteAddress() {
        return muxed.remoteAddress();
    }

    @Override
    public Direction direction() {
        return muxed.direction();
    }

    @Override
    public ConnectionState state() {
        return muxed.state();
    }

    @Override
    public ConnectionScope scope() {
        return muxed.scope();
    }
}
