package libp2p.node.pubsub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.protocols.ping.Ping;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.score.PeerScores;

/** The steps of {@code p2p pubsub}, with a host that has pubsub. */
public final class PubSubTool {
    /** Time for which a line of a chat waits for a listener. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Host host;
    private final PubSubService pubsub;
    private final PubSubEvents events;

    public PubSubTool(Host host, PubSubEvents events) {
        this.host = host;
        this.pubsub = GossipSub.on(host);
        this.events = events;
    }

    /**
     * Connects peers.
     *
     * @throws IOException that of the last one, if none is reached
     */
    public void connect(List<String> peers) throws IOException {
        IOException failure = null;
        boolean reached = false;
        for (String peer : peers) {
            try {
                host.connect(PeerAddress.parse(peer));
                reached = true;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null && !reached) {
            throw failure;
        }
    }

    private Deadline in(Duration time) {
        return Deadline.after(host.environment(), time);
    }

    /**
     * Prints the messages of a topic until enough have come, or for ever.
     *
     * @param count how many, 0 for all
     */
    public void subscribe(String topic, int count) throws InterruptedException {
        subscribe(topic, count, Duration.ZERO);
    }

    /**
     * As the other, and prints the scores of the peers of the topic now and then.
     *
     * @param scores between two prints; zero for none
     */
    public void subscribe(String topic, int count, Duration scores) throws InterruptedException {
        CountDownLatch enough = new CountDownLatch(Math.max(1, count));
        pubsub.subscribe(topic, message -> {
            PubSubOptions.print(message, events);
            if (count > 0) {
                enough.countDown();
            }
        });
        events.event("subscribed", "subscribed to " + topic, "topic", topic, "peer", host.peerId());
        if (scores.isZero()) {
            enough.await();
            return;
        }
        try (RepeatingTimer timer = new RepeatingTimer(host.environment(), self -> {
            printScores(topic);
            self.arm(scores.toNanos());
        })) {
            timer.arm(scores.toNanos());
            enough.await();
        }
    }

    /**
     * Publishes a message as soon as a peer of the topic is connected, and returns when one has taken it.
     *
     * @throws IOException if there is no such peer in time, or none takes it
     */
    public void publish(String topic, String data, Duration wait) throws IOException, InterruptedException {
        Deadline deadline = in(wait);
        byte[] id = pubsub.publish(topic, data.getBytes(StandardCharsets.UTF_8), 1, deadline);
        List<PeerId> peers = pubsub.peers(topic);
        if (!pubsub.awaitSent(deadline)) {
            throw new IOException("no peer has taken the message in " + wait.toSeconds() + " s");
        }
        int took = 0;
        IOException failure = null;
        for (PeerId peer : peers) {
            try { // an answer comes after all that was sent before on the same connection
                Ping.once(host, PeerAddress.of(peer));
                took++;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (took == 0) {
            throw failure == null ? new IOException("no peer has taken the message") : failure;
        }
        events.event(
                "published",
                "published to " + took + " peers",
                "topic",
                topic,
                "id",
                HexFormat.of().formatHex(id),
                "peers",
                took);
    }

    /** Prints the peers of a topic that are known after a time. */
    public void peers(String topic, Duration wait) throws IOException {
        try {
            pubsub.awaitPeers(topic, 1, in(wait));
        } catch (DeadlineExceededException none) {
            events.event("peers", "no peers of " + topic, "topic", topic, "peers", List.of());
            return;
        }
        List<String> peers = pubsub.peers(topic).stream().map(PeerId::toString).toList();
        events.event("peers", String.join("\n", peers), "topic", topic, "peers", peers);
    }

    /** Prints what the peers of a topic that are known after a time are worth, part by part. */
    public void scores(String topic, Duration wait) throws IOException {
        try {
            pubsub.awaitPeers(topic, 1, in(wait));
        } catch (DeadlineExceededException none) {
            events.event("scores", "no peers of " + topic, "topic", topic, "peers", List.of());
            return;
        }
        printScores(topic);
    }

    private void printScores(String topic) {
        List<PeerId> there = pubsub.peers(topic);
        List<PeerId> mesh = pubsub.mesh(topic);
        List<Map<String, Object>> peers = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (PeerScores.Snapshot score : pubsub.scores()) {
            if (!there.contains(score.peer())) {
                continue;
            }
            boolean meshed = mesh.contains(score.peer());
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("peer", score.peer());
            one.put("protocol", String.valueOf(pubsub.protocol(score.peer())));
            one.put("mesh", meshed);
            one.put("score", score.total());
            one.put("topics", score.topics());
            one.put("application", score.application());
            one.put("colocation", score.colocation());
            one.put("behaviour", score.behaviour());
            one.put("slow", score.slow());
            peers.add(one);
            text.append(String.format(
                    Locale.ROOT,
                    "%s%s %s %8.2f%s",
                    text.isEmpty() ? "" : "\n",
                    score.peer(),
                    pubsub.protocol(score.peer()),
                    score.total(),
                    meshed ? " mesh" : ""));
        }
        events.event("scores", text.toString(), "topic", topic, "peers", peers);
    }

    /** Prints the topics of the connected peers that are known after a time. */
    public void topics(Duration wait) throws InterruptedException {
        pubsub.awaitTopics(in(wait));
        List<String> topics = pubsub.topicsOfPeers();
        events.event(
                "topics",
                topics.isEmpty() ? "no topics" : PubSubOptions.escaped(String.join(" ", topics)),
                "topics",
                topics);
    }

    /**
     * A chat: lines that are typed are published, messages of others are printed.
     *
     * @param name shown before own lines
     */
    public void chat(String topic, String name, BufferedReader in, PrintStream out) throws IOException {
        String me = host.peerId().toString();
        pubsub.subscribe(topic, message -> {
            String from =
                    message.author() == null ? "somebody" : message.author().shortName();
            boolean own =
                    message.author() != null && message.author().toString().equals(me);
            if (!own) {
                String text = new String(message.data(), StandardCharsets.UTF_8);
                int at = text.indexOf(": ");
                String shown = at > 0 && at <= 32 ? text : from + ": " + text;
                out.print("\r\033[K\033[36m" + PubSubOptions.escaped(shown) + "\033[0m\n> ");
                out.flush();
            }
        });
        out.print("You are " + name + " (" + host.peerId().shortName() + ") in " + PubSubOptions.escaped(topic)
                + ". /peers lists who is here, /quit leaves.\n> ");
        out.flush();
        String line;
        while ((line = in.readLine()) != null && !line.equals("/quit")) {
            if (line.equals("/peers")) {
                out.print(pubsub.peers(topic).stream().map(PeerId::shortName).toList() + "\n");
            } else if (!line.isBlank()) {
                say(topic, name + ": " + line, out);
            }
            out.print("> ");
            out.flush();
        }
    }

    private void say(String topic, String line, PrintStream out) {
        try {
            pubsub.publish(topic, line.getBytes(StandardCharsets.UTF_8), 1, in(PATIENCE));
        } catch (DeadlineExceededException alone) {
            out.print("(not sent: nobody is here yet)\n");
        } catch (IOException e) {
            out.print("(not sent: " + e.getMessage() + ")\n");
        }
    }
}
