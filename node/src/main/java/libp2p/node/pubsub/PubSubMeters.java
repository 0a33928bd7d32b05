package libp2p.node.pubsub;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.score.PeerScores;
import libp2p.pubsub.trace.PubSubCounters;

/**
 * The meters of pubsub: {@code libp2p.pubsub.events} by kind, {@code libp2p.pubsub.peers}, the peers and the mesh of
 * each topic of this host, and the scores of the peers as their lowest, median and highest and as how many are
 * negative.
 */
public final class PubSubMeters {
    /** Topics with gauges of their own, in the order of their names. */
    private static final int MOST_TOPICS = 64;

    private final PubSubService service;
    private final MultiGauge topicPeers;
    private final MultiGauge meshPeers;
    private final MultiGauge scores;

    private PubSubMeters(MeterRegistry registry, PubSubService service) {
        this.service = service;
        for (PubSubCounters.Kind kind : PubSubCounters.Kind.values()) {
            FunctionCounter.builder(
                            "libp2p.pubsub.events",
                            service,
                            pubsub -> pubsub.counters().get(kind))
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("libp2p.pubsub.peers", service, pubsub -> pubsub.peers().size())
                .register(registry);
        topicPeers = MultiGauge.builder("libp2p.pubsub.topic.peers").register(registry);
        meshPeers = MultiGauge.builder("libp2p.pubsub.mesh.peers").register(registry);
        scores = MultiGauge.builder("libp2p.pubsub.score").register(registry);
    }

    /** Registers the meters of a service that runs. */
    public static PubSubMeters bind(MeterRegistry registry, PubSubService service) {
        return new PubSubMeters(registry, service);
    }

    /** To be called before the meters are read. */
    public void refresh() {
        List<MultiGauge.Row<?>> peers = new ArrayList<>();
        List<MultiGauge.Row<?>> meshes = new ArrayList<>();
        for (String topic : service.topics().stream().limit(MOST_TOPICS).toList()) {
            Tags tags = Tags.of("topic", PubSubOptions.escaped(topic));
            peers.add(MultiGauge.Row.of(tags, service.peers(topic).size()));
            meshes.add(MultiGauge.Row.of(tags, service.mesh(topic).size()));
        }
        topicPeers.register(peers, true);
        meshPeers.register(meshes, true);
        double[] all = service.scores().stream()
                .mapToDouble(PeerScores.Snapshot::total)
                .sorted()
                .toArray();
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        if (all.length > 0) {
            rows.add(MultiGauge.Row.of(Tags.of("of", "lowest"), all[0]));
            rows.add(MultiGauge.Row.of(Tags.of("of", "median"), all[all.length / 2]));
            rows.add(MultiGauge.Row.of(Tags.of("of", "highest"), all[all.length - 1]));
        }
        long negative =
                service.scores().stream().filter(score -> score.total() < 0).count();
        rows.add(MultiGauge.Row.of(Tags.of("of", "negative.peers"), negative));
        scores.register(rows, true);
    }
}
