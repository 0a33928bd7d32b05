package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;

/** One run whose course the seed decides; it fails if bytes are lost or changed, or anything is left. */
final class Scenario {
    private static final long SECOND = 1_000_000_000L;

    private Scenario() {}

    /** Everything at once: weather, resets in the middle, key updates, and a client whose address changes. */
    static void run(long seed) {
        World probe = new World(seed, Weather.FAIR);
        Weather weather = Weather.random(probe.random);
        int streams = 1 + (int) (seed % 20);
        int bytes = seed % 5 == 4 ? 40_000 : 1 + 997 * (int) (seed % 13);
        exchange(seed, weather, streams, bytes, true, EndpointLimits.DEFAULT);
    }

    static World exchange(long seed, Weather weather, int streams, int bytes, boolean troubles, EndpointLimits limits) {
        World world = new World(seed, weather);
        Node a = world.node(1, ConnectionConfig.DEFAULT, limits);
        Node b = world.node(2, ConnectionConfig.DEFAULT, limits);
        Exchange exchange = new Exchange(streams, bytes, troubles);
        exchange.start(a, b);
        if (troubles) {
            trouble(world, a, exchange);
        }
        assertThat(world.run(120 * SECOND, exchange::isDone))
                .as(
                        "seed %s, %s: client %s, server %s",
                        seed,
                        weather,
                        exchange.client.connection.closing(),
                        exchange.server == null ? null : exchange.server.connection.closing())
                .isTrue();
        assertThat(world.run(
                        60 * SECOND,
                        () -> exchange.client.connection.streams().count() == 0
                                && exchange.server.connection.streams().count() == 0))
                .as("seed %s: streams that are over are forgotten", seed)
                .isTrue();
        exchange.client.connection.close(7, "done", world.now);
        exchange.client.turn();
        assertThat(world.run(
                        60 * SECOND,
                        () -> exchange.client.connection.isTerminated() && exchange.server.connection.isTerminated()))
                .as("seed %s: the end", seed)
                .isTrue();
        // A damaged Initial looks like one of a stranger, who is given up when the time for handshakes is over.
        world.run(2 * ConnectionConfig.DEFAULT.handshake(), () -> a.endpoint.ids() + b.endpoint.ids() == 0);
        assertThat(a.endpoint.ids() + b.endpoint.ids()).isZero();
        assertThat(a.endpoint.handshakes() + b.endpoint.handshakes()).isZero();
        return world;
    }

    /** Keys are updated now and then, and the address of the client changes once or twice. */
    private static void trouble(World world, Node client, Exchange exchange) {
        for (int i = 0; i < 6; i++) {
            long when = world.now + world.random.nextLong(3 * SECOND);
            boolean server = world.random.nextBoolean();
            world.at(when, () -> {
                World.Peer peer = server ? exchange.server : exchange.client;
                if (peer != null && peer.connection.isConfirmed()) {
                    peer.connection.updateKeys();
                    peer.connection.ping();
                    peer.turn();
                }
            });
        }
        for (int i = 0; i < 2; i++) {
            int port = 5000 + i;
            world.at(world.now + world.random.nextLong(4 * SECOND), () -> {
                if (exchange.server != null && exchange.server.connection.isConfirmed()) {
                    boolean otherHost = world.random.nextBoolean();
                    client.rebind(new InetSocketAddress(otherHost ? "10.0.9." + port % 100 : "10.0.0.1", port));
                }
            });
        }
    }
}
