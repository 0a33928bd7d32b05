package libp2p.discovery.namespace;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.PubSub;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers for the topics of a host: announces it under each topic that it is subscribed to, and where a topic has
 * fewer peers than it needs, searches for others there and connects to them. The namespace of a topic is {@code
 * floodsub:TOPIC}, as go-libp2p makes it. Topics are looked at every so often, one after the other; a topic whose
 * search has found too few waits, twice as long each time. Thread-safe.
 */
public final class TopicDiscovery implements HostService {
    /**
     * When to search, and how hard.
     *
     * @param peers with fewer known peers than this a topic needs more; at least 1
     * @param period between two looks; positive
     * @param searchTimeout for one search with its dials; positive
     * @param dials of one search at most; at least 1
     * @param topics that are looked at; at least 1
     * @param pause after a search; positive
     * @param longestPause after searches that find too few; at least {@code pause}
     */
    public record Options(
            int peers,
            Duration period,
            Duration searchTimeout,
            int dials,
            int topics,
            Duration pause,
            Duration longestPause) {
        /** The options that a topic has without others. */
        public static final Options DEFAULT = new Options(
                6,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                16,
                256,
                Duration.ofSeconds(10),
                Duration.ofMinutes(10));

        public Options {
            if (peers < 1 || dials < 1 || topics < 1) {
                throw new IllegalArgumentException(peers + " peers, " + dials + " dials, " + topics + " topics");
            }
            if (!period.isPositive()
                    || !searchTimeout.isPositive()
                    || !pause.isPositive()
                    || longestPause.compareTo(pause) < 0) {
                throw new IllegalArgumentException("looks every " + period + ", searches of " + searchTimeout
                        + " with pauses of " + pause + " to " + longestPause);
            }
        }
    }

    private static final String PREFIX = "floodsub:";

    private final Options options;
    private volatile NamespaceLimits limits;
    private final Function<Host, List<Discovery>> ways;
    private final AtomicReference<@Nullable Host> host = new AtomicReference<>();
    private final AtomicReference<@Nullable TopicSearch> search = new AtomicReference<>();

    /** By every {@link Discovery} among the services of the host. */
    public TopicDiscovery(Options options) {
        this(List.of(), options, NamespaceLimits.DEFAULT);
    }

    /**
     * By a way that is made of the host once it listens, such as its DHT:
     *
     * <pre>{@code
     * new TopicDiscovery(host -> new DhtDiscovery(host.find(Dht.class).orElseThrow()), Options.DEFAULT)
     * }</pre>
     */
    public TopicDiscovery(Function<Host, ? extends Discovery> way, Options options) {
        this.ways = host -> List.of(way.apply(host));
        this.options = options;
        this.limits = NamespaceLimits.DEFAULT;
    }

    /** @param discoveries where to announce and search; if empty, every one among the services of the host */
    public TopicDiscovery(List<? extends Discovery> discoveries, Options options, NamespaceLimits limits) {
        List<Discovery> given = List.copyOf(discoveries);
        this.ways = host -> given.isEmpty() ? host.findAll(Discovery.class) : given;
        this.options = options;
        this.limits = limits;
    }

    /** The namespace of a topic. */
    public static String namespaceOf(String topic) {
        return PREFIX + topic;
    }

    @Override
    public void start(Host started) {
        limits = started.limits(limits);
        if (!host.compareAndSet(null, started)) {
            throw new IllegalStateException("topics are looked after for one host");
        }
    }

    /** Begins, when the other services of the host exist. */
    @Override
    public void listening() {
        Host started = Objects.requireNonNull(host.get());
        List<Discovery> discoveries = ways.apply(started);
        PubSub pubsub = started.find(PubSub.class)
                .orElseThrow(() -> new IllegalStateException("there is no pubsub whose topics need peers"));
        if (discoveries.isEmpty()) {
            throw new IllegalStateException("no service of the host is a Discovery, by which the peers of a topic are"
                    + " found: give TopicDiscovery a way, such as a DhtDiscovery");
        }
        Discovery discovery = new CombinedDiscovery(started.environment(), discoveries, limits);
        TopicSearch begun = new TopicSearch(started, pubsub, discovery, options, limits);
        search.set(begun);
        begun.begin();
    }

    @Override
    public void close() {
        TopicSearch begun = search.get();
        if (begun != null) {
            begun.close();
        }
    }
}
