package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class WeightedPeerSelectorTest {
    private static final PeerId A = Peers.id(1);
    private static final PeerId B = Peers.id(2);
    private static final PeerId C = Peers.id(3);
    private static final PeerId D = Peers.id(4);

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, WeightedPeerSelector selector) throws Exception;
    }

    private static void play(long seed, Scene scene) {
        Simulation.run(seed, simulation -> scene.play(simulation, new WeightedPeerSelector(simulation.host("a"), 100)));
    }

    @Test
    void weighsLatencySuccessAndFreshness() {
        play(1, (simulation, selector) -> {
            assertThat(selector.weight(A)).as("never tried").isEqualTo(1);
            selector.succeeded(A, Duration.ofSeconds(1));
            assertThat(selector.weight(A)).isCloseTo(0.5, within(1e-9));
            selector.succeeded(A, Duration.ofSeconds(6));
            assertThat(selector.weight(A)).as("1 · 0.8 + 6 · 0.2 = 2 s").isCloseTo(1 / 3.0, within(1e-9));
            selector.failed(A);
            assertThat(selector.weight(A)).as("success 0.8").isCloseTo(0.8 / 3, within(1e-9));
            selector.failed(A);
            selector.succeeded(A, Duration.ofSeconds(2));
            assertThat(selector.weight(A)).as("success 0.64 · 0.8 + 0.2").isCloseTo(0.712 / 3, within(1e-9));
            simulation.sleep(Duration.ofHours(3));
            assertThat(selector.weight(A)).as("fresh when chosen").isCloseTo(0.712 / 3 / 4, within(1e-9));
            selector.failed(B);
            assertThat(selector.weight(B)).isCloseTo(0.8, within(1e-9));
        });
    }

    @Test
    void bestAndTopAreByWeightAndStableAmongEquals() {
        play(1, (simulation, selector) -> {
            selector.succeeded(A, Duration.ofMillis(300));
            selector.succeeded(B, Duration.ofMillis(100));
            selector.succeeded(C, Duration.ofMillis(200));
            assertThat(selector.best(List.of(A, B, C))).isEqualTo(B);
            assertThat(selector.top(2, List.of(A, B, C))).containsExactly(B, C);
            assertThat(selector.top(9, List.of(A, B, C, D))).containsExactly(D, B, C, A);
            assertThat(selector.best(List.of(D, Peers.id(5)))).isEqualTo(D);
            assertThat(selector.best(List.of())).isNull();
            assertThat(selector.draw(List.of())).isNull();
            assertThat(selector.top(3, List.of())).isEmpty();
        });
    }

    @Test
    void drawsInProportionToTheWeights() {
        for (long seed = 1; seed <= 3; seed++) {
            play(seed, (simulation, selector) -> {
                selector.succeeded(A, Duration.ofMillis(0));
                selector.succeeded(B, Duration.ofMillis(500));
                selector.succeeded(C, Duration.ofSeconds(4));
                selector.failed(C);
                selector.succeeded(D, Duration.ofSeconds(1));
                List<PeerId> candidates = List.of(A, B, C, D);
                int draws = 100_000;
                Map<PeerId, Integer> drawn = new HashMap<>();
                for (int i = 0; i < draws; i++) {
                    drawn.merge(selector.draw(candidates), 1, Integer::sum);
                }
                double sum = candidates.stream().mapToDouble(selector::weight).sum();
                double chiSquare = 0;
                for (PeerId candidate : candidates) {
                    double expected = draws * selector.weight(candidate) / sum;
                    double difference = drawn.get(candidate) - expected;
                    chiSquare += difference * difference / expected;
                }
                assertThat(chiSquare).as("three degrees of freedom, p = 0.001").isLessThan(16.27);
            });
        }
    }

    @Test
    void aHopelessPeerIsStillDrawnIfThereIsNoOther() {
        play(1, (simulation, selector) -> {
            for (int i = 0; i < 10_000; i++) {
                selector.failed(A);
            }
            assertThat(selector.weight(A)).isPositive();
            assertThat(selector.draw(List.of(A))).isEqualTo(A);
        });
    }

    @Test
    void remembersABoundedNumberOfPeers() {
        play(1, (simulation, selector) -> {
            for (int i = 0; i < 1000; i++) {
                selector.failed(Peers.id(i));
            }
            assertThat(selector.weights())
                    .hasSize(100)
                    .containsKey(Peers.id(999))
                    .doesNotContainKey(Peers.id(899));
        });
    }
}
