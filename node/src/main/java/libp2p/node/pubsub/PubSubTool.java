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
import libp2p.core.routing.PubSub;
import libp2p.protocols.ping.Ping;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.score.PeerScores;
import org.jspecify.annotations.Nullable;

/** The steps of {@code p2p pubsub}, with a host that has pubsub. */
public final class PubSubTool {
    /** Time for which a line of a chat waits for a listener. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_NAME = 32;

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
        Sent sent = send(topic, data, wait);
        events.event(
                "published",
                "published to " + sent.peers() + " peers",
                "topic",
                topic,
                "id",
                HexFormat.of().formatHex(sent.id()),
                "peers",
                sent.peers());
    }

    /** A message that so many peers have taken. */
    private record Sent(byte[] id, int peers) {}

    private Sent send(String topic, String data, Duration wait) throws IOException, InterruptedException {
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
        return new Sent(id, took);
    }

    /** Prints the peers of a topic that are known after a time. */
    public void peers(String topic, Duration wait) throws IOException {
        try {
            pubsub.awaitPeers(topic, 1, in(wait));
        } catch (DeadlineExceededException none) {
            events.event("peers", "no peers of " + topic, "topic", topic, "peers", List.of());
            return;
        }
        printPeers(topic);
    }

    private void printPeers(String topic) {
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
     * A chat: each line of the input is published, messages of others are shown.
     *
     * @param name before own lines
     * @param screen of a person, with colours and prompts; null if programs read the output, which are told events
     * @throws IOException if a line of a program is taken by no peer in time
     */
    public void chat(String topic, String name, BufferedReader in, @Nullable PrintStream screen)
            throws IOException, InterruptedException {
        pubsub.subscribe(topic, message -> {
            if (isOwn(message)) {
                return;
            }
            if (screen == null) {
                PubSubOptions.print(message, line(message), events);
            } else {
                print(screen, "\r\033[K\033[36m" + PubSubOptions.escaped(line(message)) + "\033[0m\n> ");
            }
        });
        if (screen != null) {
            print(
                    screen,
                    "You are " + name + " (" + host.peerId().shortName() + ") in " + PubSubOptions.escaped(topic)
                            + ". /peers lists who is here, /quit leaves.\n> ");
        }
        String line;
        while ((line = in.readLine()) != null && !line.equals("/quit")) {
            if (screen != null) {
                print(screen, (line.isBlank() ? "" : answer(topic, name, line)) + "> ");
            } else if (line.equals("/peers")) {
                printPeers(topic);
            } else {
                send(topic, name + ": " + line, PATIENCE);
            }
        }
    }

    private static void print(PrintStream screen, String text) {
        screen.print(text);
        screen.flush();
    }

    /** Does what a person has typed; what is to be said about it. */
    private String answer(String topic, String name, String line) {
        if (line.equals("/peers")) {
            return pubsub.peers(topic).stream().map(PeerId::shortName).toList() + "\n";
        }
        try {
            pubsub.publish(topic, (name + ": " + line).getBytes(StandardCharsets.UTF_8), 1, in(PATIENCE));
            return "";
        } catch (DeadlineExceededException alone) {
            return "(not sent: no peer is here yet)\n";
        } catch (IOException e) {
            return "(not sent: " + e.getMessage() + ")\n";
        }
    }

    private boolean isOwn(PubSub.Message message) {
        return host.peerId().equals(message.author());
    }

    /** A message of a chat, after the name that it brings, or that of its author. */
    private static String line(PubSub.Message message) {
        String text = new String(message.data(), StandardCharsets.UTF_8);
        int at = text.indexOf(": ");
        return at > 0 && at <= LONGEST_NAME ? text : PubSubOptions.author(message) + ": " + text;
    }
}
