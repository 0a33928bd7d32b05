package libp2p.core.metrics;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/** Several observers as one. */
public final class Observers {
    private static final System.Logger LOG = System.getLogger(Observers.class.getName());

    private Observers() {}

    /**
     * Tells every one of them, in this order. An observer must not throw; the exception of one that does ends here, and
     * only the first is logged: what is observed goes on, and no peer can fill the log.
     */
    public static HostObserver all(List<HostObserver> observers) {
        return observers.isEmpty()
                ? HostObserver.NONE
                : new All(observers.toArray(HostObserver[]::new), new AtomicBoolean());
    }

    private record All(HostObserver[] observers, AtomicBoolean failed) implements HostObserver {
        private void each(Consumer<HostObserver> action) {
            for (HostObserver observer : observers) {
                try {
                    action.accept(observer);
                } catch (RuntimeException e) {
                    report(observer, e);
                }
            }
        }

        private void report(Object observer, RuntimeException failure) {
            if (failed.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, "the observer " + observer + " failed, further failures are not told", failure);
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
        public TrafficCounter traffic(Stream stream) {
            List<TrafficCounter> counters = new ArrayList<>(observers.length);
            each(observer -> {
                TrafficCounter counter = observer.traffic(stream);
                if (counter != TrafficCounter.NONE) {
                    counters.add(counter);
                }
            });
            return counters.isEmpty()
                    ? TrafficCounter.NONE
                    : new Counters(counters.toArray(TrafficCounter[]::new), this);
        }

        @Override
        public void refused(String where, Throwable cause) {
            each(observer -> observer.refused(where, cause));
        }
    }

    private record Counters(TrafficCounter[] counters, All all) implements TrafficCounter {
        @Override
        public void read(long bytes) {
            for (TrafficCounter counter : counters) { // on the hot path: no lambda
                try {
                    counter.read(bytes);
                } catch (RuntimeException e) {
                    all.report(counter, e);
                }
            }
        }

        @Override
        public void written(long bytes) {
            for (TrafficCounter counter : counters) {
                try {
                    counter.written(bytes);
                } catch (RuntimeException e) {
                    all.report(counter, e);
                }
            }
        }
    }
}
