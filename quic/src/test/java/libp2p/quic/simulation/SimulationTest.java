package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SECOND = 1_000_000_000L;

    /** Runs an exchange to its end and closes; nothing may be left. */
    private static World exchange(long seed, Weather weather, int streams, int bytes) {
        World world = new World(seed, weather);
        Node a = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node b = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Exchange exchange = new Exchange(streams, bytes);
        exchange.start(a, b);
        assertThat(world.run(120 * SECOND, exchange::isDone))
                .as(
                        "seed %s, %s: client %s, server %s",
                        seed,
                        weather,
                        exchange.client.connection.closing(),
                        exchange.server == null ? null : exchange.server.connection.closing())
                .isTrue();
        exchange.client.connection.close(7, "done", world.now);
        exchange.client.turn();
        assertThat(world.run(
                        60 * SECOND,
                        () -> exchange.client.connection.isTerminated() && exchange.server.connection.isTerminated()))
                .as("seed %s: the end", seed)
                .isTrue();
        assertThat(a.endpoint.ids() + b.endpoint.ids()).isZero();
        assertThat(b.endpoint.handshakes()).isZero();
        return world;
    }

    @Test
    void bytesComeBackInFairWeather() {
        World world = exchange(1, Weather.FAIR, 10, 20_000);
        assertThat(world.lost).isZero();
    }

    @Test
    void bytesComeBackInEveryWeather() {
        for (int seed = 0; seed < 100; seed++) {
            World world = new World(seed, Weather.FAIR);
            exchange(seed, Weather.random(world.random), 1 + seed % 20, 1 + 997 * (seed % 13));
        }
    }

    @Test
    void aLongTransferFillsTheLink() {
        World world = exchange(5, Weather.FAIR, 1, 5_000_000);
        assertThat(world.now).isLessThan(4 * SECOND);
    }
}
