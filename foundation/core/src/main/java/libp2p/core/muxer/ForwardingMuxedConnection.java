package libp2p.core.muxer;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A connection on top of another, which does everything that an implementation does not. Thread-safe as the other is. */
public interface ForwardingMuxedConnection extends MuxedConnection {
    /** The connection below. */
    MuxedConnection muxed();

    @Override
    default MuxedStream openStream(Deadline deadline) throws IOException {
        return muxed().openStream(deadline);
    }

    @Override
    default MuxedStream acceptStream() throws IOException {
        return muxed().acceptStream();
    }

    @Override
    default boolean onStream(Consumer<? super MuxedStream> receiver) {
        return muxed().onStream(receiver);
    }

    @Override
    default void announceWithData() {
        muxed().announceWithData();
    }

    @Override
    default int streams() {
        return muxed().streams();
    }

    @Override
    default long roundTripNanos() {
        return muxed().roundTripNanos();
    }

    @Override
    default @Nullable Multiaddr movedTo() {
        return muxed().movedTo();
    }

    @Override
    default Map<String, Object> details() {
        return muxed().details();
    }

    @Override
    default void close(long code, String reason) {
        muxed().close(code, reason);
    }

    @Override
    default @Nullable CloseReason closeReason() {
        return muxed().closeReason();
    }

    @Override
    default void onClose(Runnable action) {
        muxed().onClose(action);
    }
}
