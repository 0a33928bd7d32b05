package libp2p.core.metrics;

import java.util.List;
import java.util.function.Consumer;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.connection.Stream;
import org.jspecify.annotations.Nullable;

/** Several observers as one. */
public final class Observers {
    private Observers() {}

    /** Tells every one of them, in this order. */
    public static HostObserver all(List<HostObserver> observers) {
        return switch (observers.size()) {
            case 0 -> HostObserver.NONE;
            case 1 -> observers.getFirst();
            default -> new All(observers.toArray(HostObserver[]::new));
        };
    }

    private record All(HostObserver[] observers) implements HostObserver {
        private void each(Consumer<HostObserver> action) {
            for (HostObserver observer : observers) {
                action.accept(observer);
            }
        }

        @Override
        public void connectionOpened(Connection connection, long handshakeNanos) {
            each(observer -> observer.connectionOpened(connection, handshakeNanos));
        }

        @Override
        public void connectionClosed(Connection connection) {
            each(observer -> observer.connectionClosed(connection));
        }

        @Override
        public void dialed(String transport, long nanos, @Nullable Throwable cause) {
            each(observer -> observer.dialed(transport, nanos, cause));
        }

        @Override
        public void inboundFailed(String transport, Throwable cause) {
            each(observer -> observer.inboundFailed(transport, cause));
        }

        @Override
        public void negotiated(Direction direction, @Nullable String protocol, long nanos) {
            each(observer -> observer.negotiated(direction, protocol, nanos));
        }

        @Override
        public void streamOpened(Stream stream) {
            each(observer -> observer.streamOpened(stream));
        }

        @Override
        public void streamClosed(Stream stream) {
            each(observer -> observer.streamClosed(stream));
        }

        @Override
        public void bytes(Stream stream, Direction direction, long count) {
            for (HostObserver observer : observers) { // on the hot path: no lambda
                observer.bytes(stream, direction, count);
            }
        }

        @Override
        public void refused(String where, Throwable cause) {
            each(observer -> observer.refused(where, cause));
        }
    }
}
