package libp2p.node.pubsub;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.connection.Connection;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.TopicOptions;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.GossipParameters.Mesh;
import libp2p.pubsub.router.Version;
import org.jspecify.annotations.Nullable;

/**
 * A node of the mixed networks in {@code quality/interop/pubsub}: takes orders from standard input, a line each, and prints
 * events. {@code dial ADDRESS}, {@code second ADDRESS} for a further connection, {@code lose} for closing the
 * connections that carry pubsub, {@code publish PREFIX COUNT SIZE PAUSE_MS}, {@code peers}, {@code count},
 * {@code join COUNT}, {@code memory}, {@code disconnect ID}, and with messages in parts {@code parts GROUP BITS}.
 */
public final class PubSubPeer {
    private final String topic;
    private final boolean quiet;
    private final PubSubEvents events;
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final AtomicLong count = new AtomicLong();
    private final @Nullable PartialOrders parts;

    /** @param partial whether messages of the topic travel in parts */
    public PubSubPeer(String topic, boolean quiet, boolean partial, PubSubEvents events) {
        this.topic = topic;
        this.quiet = quiet;
        this.events = events;
        this.parts = partial ? new PartialOrders(events) : null;
    }

    /** The family with what this node adds to it. */
    public GossipSub extended(GossipSub family) {
        return parts == null ? family : family.withPartialMessages(parts.messages());
    }

    /**
     * The family of a version such as {@code 1.2}, or of floodsub.
     *
     * @param degree peers in a mesh; 0 for the default
     */
    public static GossipSub family(String router, String version, boolean flood, int degree) {
        if (router.equals("floodsub")) {
            return GossipSub.floodsub();
        }
        Version newest = Arrays.stream(Version.values())
                .filter(one -> one.protocol().equals("/meshsub/" + version + ".0"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--version " + version));
        GossipParameters parameters = GossipParameters.DEFAULT.withFloodPublish(flood);
        if (degree > 0) {
            parameters = parameters.withMesh(Mesh.DEFAULT.withDegree(degree));
        }
        return GossipSub.create().withParameters(parameters).withNewest(newest);
    }

    /** Subscribes, and obeys until the end of the input. */
    public void run(Host host, BufferedReader in, Runnable listening) throws IOException {
        PubSubService service = GossipSub.on(host);
        TopicOptions how = TopicOptions.DEFAULT;
        service.join(topic, parts == null ? how : how.withPartialMessages(true))
                .subscribe(message -> received(message, host.peerId()));
        listening.run();
        String line;
        while ((line = in.readLine()) != null) {
            String[] words = line.trim().split("\\s+");
            switch (words[0]) {
                case "dial" -> dial(host, words[1], DialOptions.DEFAULT);
                case "second" -> dial(host, words[1], DialOptions.DEFAULT.withNewConnection());
                case "lose" -> lose(host);
                case "publish" -> publish(host, service, words);
                case "peers" ->
                    events.event("peers", "", "count", service.peers(topic).size());
                case "count" -> events.event("count", "", "count", count.get(), "cpu_s", cpuSeconds());
                case "join" -> join(service, Integer.parseInt(words[1]));
                case "parts" -> {
                    if (parts != null) {
                        parts.publish(topic, Long.parseLong(words[1]), Integer.parseInt(words[2]));
                    }
                }
                case "memory" -> events.event("memory", "", "bytes", liveBytes());
                case "disconnect" -> {
                    for (Connection connection : host.connections(PeerId.parse(words[1]))) {
                        connection.close(0, "told to");
                    }
                }
                default -> events.event("failed", "", "what", line, "why", "not understood");
            }
        }
    }

    private void received(PubSub.Message message, PeerId self) {
        if (message.receivedFrom().equals(self)) {
            return;
        }
        count.incrementAndGet();
        if (quiet) {
            return;
        }
        String data = new String(message.data(), StandardCharsets.UTF_8);
        String from = message.author() == null ? "" : message.author().toString();
        events.event("message", "", "from", from, "topic", message.topic(), "data", data, "again", !received.add(data));
    }

    private void lose(Host host) {
        List<Connection> connections = host.connections();
        int closed = 0;
        for (Connection connection : connections) {
            if (connection.streams().stream()
                    .anyMatch(stream -> stream.direction() == Direction.OUTBOUND
                            && stream.protocol().startsWith("/meshsub/"))) {
                connection.close(0, "told to");
                closed++;
            }
        }
        events.event("lost", "", "count", closed, "left", connections.size() - closed);
    }

    private void dial(Host host, String address, DialOptions how) {
        try {
            Connection connection = host.connect(PeerAddress.parse(address), how);
            events.event("dialed", "", "peer", connection.remotePeer());
        } catch (IOException e) {
            events.event("failed", "", "what", "dial", "why", String.valueOf(e.getMessage()));
        }
    }

    private void publish(Host host, PubSubService service, String[] words) {
        int number = Integer.parseInt(words[2]);
        int size = Integer.parseInt(words[3]);
        long pause = Long.parseLong(words[4]);
        if (pause > 0 && number > 0) {
            try {
                publishAtAPace(host, service, words[1], number, size, Duration.ofMillis(pause));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        } else {
            for (int i = 0; i < number; i++) {
                publish(service, words[1] + "-" + i, size);
            }
        }
        events.event("published", "", "count", number);
    }

    /** A timer publishes one after the other; this waits for the last. */
    private void publishAtAPace(Host host, PubSubService service, String prefix, int number, int size, Duration pause)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(1);
        try (RepeatingTimer timer = new RepeatingTimer(host.environment(), self -> {
            boolean more = false;
            try {
                int one = next.getAndIncrement();
                publish(service, prefix + "-" + one, size);
                more = one + 1 < number;
            } finally {
                if (more) {
                    self.arm(pause.toNanos());
                } else {
                    ended.countDown();
                }
            }
        })) {
            timer.arm(0);
            ended.await();
        }
    }

    private void publish(PubSubService service, String text, int size) {
        StringBuilder data = new StringBuilder(text);
        while (data.length() < size) {
            data.append('.');
        }
        try {
            service.publish(topic, data.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            events.event("failed", "", "what", "publish", "why", String.valueOf(e.getMessage()));
        }
    }

    private void join(PubSubService service, int topics) {
        for (int i = 0; i < topics; i++) {
            service.subscribe("t" + i, message -> received(message, message.receivedFrom()));
        }
        events.event("joined", "", "count", topics);
    }

    /** Bytes of the heap that are in use. */
    private static long liveBytes() {
        System.gc();
        System.gc(); // what the first has found to be cleaned is gone after the second
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double cpuSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
