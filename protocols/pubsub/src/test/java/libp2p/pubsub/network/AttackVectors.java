package libp2p.pubsub.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.pubsub.score.ScoreParameters.Colocation;
import libp2p.pubsub.score.ScoreParameters.Excess;
import libp2p.pubsub.score.ScoreParameters.Thresholds;
import libp2p.pubsub.score.TopicScoreParameters;
import libp2p.pubsub.score.TopicScoreParameters.FirstDeliveries;
import libp2p.pubsub.score.TopicScoreParameters.MeshDeliveries;
import libp2p.pubsub.score.TopicScoreParameters.Penalty;
import libp2p.pubsub.score.TopicScoreParameters.TimeInMesh;

/**
 * One configuration of the evaluation of GossipSub 1.1; where they are from, and how its runner reads them, is in
 * SOURCES.md beside them. Values are named by their path, without the {@code value} at its end.
 */
public final class AttackVectors {
    private static final Pattern TOKEN = Pattern.compile("[{}:,]|\"([^\"]*)\"|[^{}:,\"\\s]+");

    private final Map<String, String> values = new HashMap<>();

    public AttackVectors(String name) {
        try (InputStream in = AttackVectors.class.getResourceAsStream("/gossipsub-attacks/" + name + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no vectors " + name);
            }
            read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files have objects, strings without escapes, numbers and booleans. */
    private void read(String json) {
        Deque<String> path = new ArrayDeque<>();
        String name = "";
        boolean isValue = false;
        Matcher token = TOKEN.matcher(json);
        while (token.find()) {
            String text = token.group(1) == null ? token.group() : token.group(1);
            switch (token.group()) {
                case "{" -> {
                    path.addLast(name);
                    isValue = false;
                }
                case "}" -> path.removeLast();
                case ":" -> isValue = true;
                case "," -> isValue = false;
                default -> {
                    if (isValue) {
                        values.put(String.join(".", path).substring(1), text);
                    } else {
                        name = text;
                    }
                }
            }
        }
    }

    /** The same with another value. */
    AttackVectors with(String key, String value) {
        if (values.put(key, value) == null) {
            throw new IllegalArgumentException("no value " + key);
        }
        return this;
    }

    public String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no value " + key);
        }
        return value;
    }

    public boolean is(String key) {
        return Boolean.parseBoolean(text(key));
    }

    public int count(String key) {
        return Integer.parseInt(text(key));
    }

    public double number(String key) {
        return Double.parseDouble(text(key));
    }

    public Duration time(String key) {
        return parsed(text(key));
    }

    private static Duration parsed(String text) {
        if (text.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        return text.endsWith("m") ? Duration.ofMinutes(amount) : Duration.ofSeconds(amount);
    }

    /** A delay that is given as a time or as {@code COUNT@TIME}, where the files count all. */
    public Duration delay(String key) {
        String text = text(key);
        return parsed(text.substring(text.indexOf('@') + 1));
    }

    /** Messages a second of the whole topic. */
    public int rate() {
        return Integer.parseInt(text("topic.topic.message_rate").replace("/s", ""));
    }

    public GossipParameters parameters() {
        GossipParameters.Gossip defaults = GossipParameters.Gossip.DEFAULT;
        return GossipParameters.DEFAULT
                .withMesh(new GossipParameters.Mesh(
                        count("main.pubsub.degree"),
                        count("main.pubsub.degree_lo"),
                        count("main.pubsub.degree_hi"),
                        count("main.pubsub.degree_score"),
                        GossipParameters.Mesh.DEFAULT.outbound(),
                        count("main.pubsub.opportunistic_graft_ticks"),
                        GossipParameters.Mesh.DEFAULT.opportunisticPeers()))
                .withGossip(new GossipParameters.Gossip(
                        count("main.pubsub.degree_lazy"),
                        defaults.factor(),
                        defaults.history(),
                        defaults.gossipHistory(),
                        defaults.maxIds(),
                        defaults.maxMessages(),
                        defaults.retransmissions()))
                .withFloodPublish(is("main.honest_behavior.flood_publishing"));
    }

    /**
     * The scores of the file. P7 and the penalty of slow peers, which the file does not know, are off; P3 begins later by
     * the time before anything is published, as in the runner of the evaluation.
     */
    public ScoreParameters scores(String topic) {
        String mesh = "topic.score.mesh_message_deliveries.";
        TopicScoreParameters scored = new TopicScoreParameters(
                number("topic.topic_weight"),
                new TimeInMesh(
                        number("topic.score.time_in_mesh.weight"),
                        time("topic.score.time_in_mesh.quantum"),
                        number("topic.score.time_in_mesh.cap")),
                new FirstDeliveries(
                        number("topic.score.first_message_deliveries.weight"),
                        number("topic.score.first_message_deliveries.decay"),
                        number("topic.score.first_message_deliveries.cap")),
                new MeshDeliveries(
                        number(mesh + "weight"),
                        number(mesh + "decay"),
                        number(mesh + "cap"),
                        number(mesh + "threshold"),
                        time(mesh + "activation").plus(time("main.time.warm")),
                        time(mesh + "window")),
                new Penalty(
                        number("topic.score.mesh_failure_penalty.weight"),
                        number("topic.score.mesh_failure_penalty.decay")),
                new Penalty(
                        number("topic.score.invalid_message_deliveries.weight"),
                        number("topic.score.invalid_message_deliveries.decay")));
        return new ScoreParameters(
                Map.of(topic, scored),
                null,
                0,
                peer -> 0,
                new Colocation(
                        number("main.peer_score.ip_colocation_weight"),
                        count("main.peer_score.ip_colocation_threshold"),
                        address -> false),
                new Excess(0, 0, 0.5),
                new Excess(0, 0, 0.5),
                time("main.peer_score.decay_interval"),
                number("main.peer_score.decay_to_zero"),
                time("main.peer_score.retain_score"),
                new Thresholds(
                        number("main.peer_score.gossip_threshold"),
                        number("main.peer_score.publish_threshold"),
                        number("main.peer_score.graylist_threshold"),
                        number("main.peer_score.acceptpx_threshold"),
                        number("main.peer_score.opportunistic_graft_threshold")));
    }
}
