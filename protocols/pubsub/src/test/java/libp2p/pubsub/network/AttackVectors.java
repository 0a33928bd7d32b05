package libp2p.pubsub.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** One configuration of the evaluation of GossipSub 1.1; where they are from is in SOURCES.md beside them. */
public final class AttackVectors {
    private static final Pattern LINE = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"?([^\",\\n}]*)\"?");

    private final Map<String, String> values = new HashMap<>();

    public AttackVectors(String name) {
        try (InputStream in = AttackVectors.class.getResourceAsStream("/gossipsub-attacks/" + name + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no vectors " + name);
            }
            Matcher line = LINE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (line.find()) {
                values.put(line.group(1), line.group(2).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no value " + key);
        }
        return value;
    }

    public int count(String key) {
        return Integer.parseInt(text("main." + key));
    }

    public double number(String key) {
        return Double.parseDouble(text(key));
    }

    public Duration time(String key) {
        String text = text(key);
        if (text.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        return text.endsWith("m") ? Duration.ofMinutes(amount) : Duration.ofSeconds(amount);
    }

    public GossipParameters parameters() {
        GossipParameters.Gossip defaults = GossipParameters.Gossip.DEFAULT;
        return GossipParameters.DEFAULT
                .withMesh(new GossipParameters.Mesh(
                        count("pubsub.degree"),
                        count("pubsub.degree_lo"),
                        count("pubsub.degree_hi"),
                        count("pubsub.degree_score"),
                        GossipParameters.Mesh.DEFAULT.outbound(),
                        count("pubsub.opportunistic_graft_ticks"),
                        GossipParameters.Mesh.DEFAULT.opportunisticPeers()))
                .withGossip(new GossipParameters.Gossip(
                        count("pubsub.degree_lazy"),
                        defaults.factor(),
                        defaults.history(),
                        defaults.gossipHistory(),
                        defaults.maxIds(),
                        defaults.maxMessages(),
                        defaults.retransmissions()));
    }

    /** The scores of the file; P7 and what the file does not know are this project's. */
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
                        time(mesh + "activation"),
                        time(mesh + "window")),
                new Penalty(
                        number("topic.score.mesh_failure_penalty.weight"),
                        number("topic.score.mesh_failure_penalty.decay")),
                new Penalty(
                        number("topic.score.invalid_message_deliveries.weight"),
                        number("topic.score.invalid_message_deliveries.decay")));
        ScoreParameters defaults = ScoreParameters.DEFAULT;
        return new ScoreParameters(
                Map.of(topic, scored),
                null,
                0,
                peer -> 0,
                new Colocation(
                        number("main.peer_score.ip_colocation_weight"),
                        count("peer_score.ip_colocation_threshold"),
                        address -> false),
                defaults.behaviour(),
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
