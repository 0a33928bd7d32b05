package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.peer.Peerstore;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.Simulation;

/**
 * The beliefs of hosts about the peers that they are connected to. A peer tells its protocols and its addresses by
 * identify and by pushes when they change; a push that is lost, late, composed too early or signed before another one
 * leaves a belief that nothing corrects any more.
 */
final class Beliefs {
    /** Within this time after the end of a story every push must have arrived, also one that is repeated. */
    private static final Duration MOST_DELAY = Duration.ofSeconds(30);

    private static final Duration STEP = Duration.ofSeconds(1);

    private Beliefs() {}

    /**
     * Fails unless every node that has identified another one knows the protocols that it serves, and no signed address
     * that it does not announce any more.
     */
    static void require(Simulation simulation, List<TestNode> nodes) throws InterruptedException {
        simulation.settle();
        Duration end = simulation.elapsed().plus(MOST_DELAY);
        List<String> wrong = wrong(nodes);
        while (!wrong.isEmpty() && simulation.elapsed().compareTo(end) < 0) {
            simulation.sleep(STEP);
            simulation.settle();
            wrong = wrong(nodes);
        }
        assertThat(wrong).as("wrong beliefs of connected hosts").isEmpty();
    }

    private static List<String> wrong(List<TestNode> nodes) {
        List<String> wrong = new ArrayList<>();
        for (TestNode node : nodes) {
            for (TestNode other : nodes) {
                if (node != other && knows(node, other) && knows(other, node)) {
                    List<String> believed = node.host().peerstore().protocols(other.id());
                    List<String> served =
                            other.host().protocols().stream().sorted().toList();
                    if (!believed.equals(served)) {
                        wrong.add(node.environment() + " believes that " + other.environment() + " serves " + believed
                                + ", but it serves " + served);
                    }
                    List<Multiaddr> withdrawn = withdrawn(node, other);
                    if (!withdrawn.isEmpty()) {
                        wrong.add(node.environment() + " believes that " + other.environment() + " has " + withdrawn
                                + ", but it announces " + other.host().addresses());
                    }
                }
            }
        }
        return wrong;
    }

    private static List<Multiaddr> withdrawn(TestNode node, TestNode other) {
        List<Multiaddr> announced = other.host().addresses();
        return node.host().peerstore().knownAddresses(other.id()).stream()
                .filter(Peerstore.KnownAddress::certified)
                .map(Peerstore.KnownAddress::address)
                .filter(address -> !announced.contains(address))
                .toList();
    }

    /** Whether a node has identified another one on a connection that is open on both sides. */
    private static boolean knows(TestNode node, TestNode other) {
        return !other.connections(node).isEmpty()
                && node.connections(other).stream().anyMatch(connection -> isIdentified(node, connection));
    }

    private static boolean isIdentified(TestNode node, Connection connection) {
        Host host = node.host();
        return connection.isOpen()
                && host.find(libp2p.protocols.identify.Identify.class)
                        .filter(identify -> identify.isIdentified(connection))
                        .isPresent();
    }
}
