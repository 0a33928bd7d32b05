package libp2p.transports.webtransport;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.ForwardingMuxedConnection;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A session and its connection, which is for nothing else.
 *
 * @param muxed the connection of QUIC
 * @param session its streams
 */
record SessionConnection(MuxedConnection muxed, SessionStreams session) implements ForwardingMuxedConnection {
    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return session.open(deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return session.accept();
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        session.onStream(receiver);
        return true;
    }

    @Override
    public int streams() {
        return session.size();
    }

    @Override
    public @Nullable Multiaddr movedTo() {
        Multiaddr moved = muxed.movedTo();
        return moved == null ? null : WebTransportAddress.on(moved, List.of());
    }
}
