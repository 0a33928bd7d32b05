package libp2p.pubsub.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.stream.Collectors;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.score.ScoreParameters;

/**
 * The simulated half of {@code quality/benchmarks/pubsub-calibration}: reads a graph, prints what came of a run over it as
 * JSON.
 */
final class Calibration {
    private Calibration() {}

    public static void main(String[] arguments) {
        Scanner in = new Scanner(System.in);
        int count = in.nextInt();
        int messages = in.nextInt();
        RouterNetwork network = new RouterNetwork(1);
        network.latency(in.nextLong() * 1_000, 0.5);
        List<HonestNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HonestNode node = new HonestNode(
                    network,
                    "n" + i,
                    RouterNetwork.address(i),
                    GossipParameters.DEFAULT,
                    ScoreParameters.DEFAULT,
                    true);
            node.validationTime = 0;
            nodes.add(node);
            node.join("interop");
        }
        while (in.hasNextInt()) {
            network.connect(nodes.get(in.nextInt()), nodes.get(in.nextInt()), Version.GOSSIPSUB_1_2);
        }
        network.run(15 * RouterNetwork.SECOND);
        List<Double> delays = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            long at = network.now();
            MessageId id = nodes.get(i % 10).publish("interop", 2_048);
            network.run(RouterNetwork.SECOND / 5);
            network.run(5 * RouterNetwork.SECOND * (i + 1 == messages ? 1 : 0));
            for (HonestNode node : nodes) {
                if (node.deliveries.containsKey(id)) {
                    delays.add((node.deliveries.get(id).at() - at) / 1e6);
                }
            }
        }
        String meshes = nodes.stream()
                .map(node -> String.valueOf(node.router().view().mesh("interop").size()))
                .collect(Collectors.joining(","));
        System.out.printf(
                Locale.ROOT,
                "{\"delivered\":%.5f,\"duplicates\":%.4f,\"mesh\":[%s],\"delays\":[%s]}%n",
                delays.size() / (double) (messages * count),
                nodes.stream().mapToInt(node -> node.duplicates).sum() / (double) (messages * count),
                meshes,
                delays.stream()
                        .map(delay -> String.format(Locale.ROOT, "%.4f", delay))
                        .collect(Collectors.joining(",")));
    }
}
