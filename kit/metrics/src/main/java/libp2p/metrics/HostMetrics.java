package libp2p.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.metrics.CounterSource;
import libp2p.core.metrics.HostObserver;
import libp2p.core.metrics.TrafficCounter;
import libp2p.core.resource.Direction;
import libp2p.core.resource.ResourceManager;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a host does into a registry of Micrometer. It observes one host:
 *
 * <pre>{@code
 * HostMetrics metrics = new HostMetrics(registry, MetricsLimits.DEFAULT);
 * Host host = Libp2p.host().observer(metrics).start();
 * metrics.watch(host);
 * }</pre>
 *
 * Reading and writing a stream costs two additions and allocates nothing. Thread-safe. The registry belongs to the
 * caller.
 */
public final class HostMetrics implements HostObserver {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15)
    };

    private static final int MOST_COUNTERS = 256;

    private final MeterRegistry registry;
    private final ProtocolMeters protocols;
    private final PeerMeters peers;
    private final ResourceMeters resources;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable ResourceManager manager;
    /** Held here, since a registry holds the objects of its counters weakly. */
    private volatile List<CounterSource.Counter> counters = List.of();

    /** @param registry stays the caller's */
    public HostMetrics(MeterRegistry registry, MetricsLimits limits) {
        this.registry = registry;
        protocols = new ProtocolMeters(registry, limits.protocols());
        peers = new PeerMeters(registry, limits.peers());
        resources = new ResourceMeters(registry);
        Gauge.builder(Names.CONNECTIONS, connections, AtomicInteger::get)
                .description("Open connections")
                .register(registry);
    }

    /**
     * Takes the resource manager of the host that is observed into {@link #refresh}, and shows the counters of its
     * services, the first 256 of them.
     */
    public void watch(Host host) {
        manager = host.resourceManager();
        counters = host.findAll(CounterSource.class).stream()
                .flatMap(source -> source.counters().stream())
                .limit(MOST_COUNTERS)
                .toList();
        for (CounterSource.Counter counter : counters) {
            FunctionCounter.builder(
                            Names.SERVICE_EVENTS, counter, each -> each.count().getAsLong())
                    .description("What services of the host count themselves")
                    .tags("service", counter.service(), "event", counter.event())
                    .register(registry);
        }
    }

    /** Takes over what the resource manager says now; to be called before the registry is read. Does not block. */
    public void refresh() {
        ResourceManager current = manager;
        if (current != null) {
            resources.show(current.report());
        }
    }

    @Override
    public void connectionOpened(Connection connection, long handshakeNanos) {
        Tags tags = Labels.of(connection);
        connections.incrementAndGet();
        count(Names.CONNECTIONS_OPENED, "Connections that became ready", tags);
        count(
                Names.KEY_TYPES,
                "Connections by the type of the remote key",
                Tags.of(
                        "dir",
                        Labels.of(connection.direction()),
                        "key_type",
                        connection.remoteKey().type().name().toLowerCase(Locale.ROOT)));
        if (connection.direction() == Direction.OUTBOUND) {
            Timer.builder(Names.HANDSHAKE)
                    .serviceLevelObjectives(BUCKETS)
                    .description("From the start of a dial until the connection is ready")
                    .tags(tags)
                    .register(registry)
                    .record(Duration.ofNanos(handshakeNanos));
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        connections.decrementAndGet();
        count(Names.CONNECTIONS_CLOSED, "Connections that ended", Labels.of(connection));
    }

    @Override
    public void dialed(String transport, long nanos, @Nullable Throwable cause) {
        Timer.builder(Names.DIALS)
                .serviceLevelObjectives(BUCKETS)
                .description("Dials of single addresses")
                .tags("transport", transport, "outcome", cause == null ? "success" : "failed")
                .register(registry)
                .record(Duration.ofNanos(nanos));
        if (cause != null) {
            count(
                    Names.DIAL_ERRORS,
                    "Dials that failed",
                    Tags.of("transport", transport, "error", Labels.error(cause)));
        }
    }

    @Override
    public void inboundFailed(String transport, Throwable cause) {
        count(
                Names.INBOUND_ERRORS,
                "Inbound connections that failed before they were ready",
                Tags.of("transport", transport, "error", Labels.error(cause)));
    }

    @Override
    public void negotiated(Direction direction, @Nullable String protocol, long nanos) {
        protocols.of(protocol).negotiated(direction, nanos);
    }

    @Override
    public TrafficCounter traffic(Stream stream) {
        return new StreamTraffic(
                protocols.of(stream.protocol()).traffic,
                peers.traffic(stream.connection().remotePeer()));
    }

    @Override
    public void streamOpened(Stream stream) {
        protocols.of(stream.protocol()).opened(stream.direction());
    }

    @Override
    public void streamClosed(Stream stream) {
        protocols.of(stream.protocol()).closed(stream.direction());
    }

    @Override
    public void refused(String where, Throwable cause) {
        count(Names.REFUSED, "Refusals by the gater or a limit", Tags.of("where", where, "error", Labels.error(cause)));
    }

    private void count(String name, String description, Tags tags) {
        Counter.builder(name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment();
    }
}
