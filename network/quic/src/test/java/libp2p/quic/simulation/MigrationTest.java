package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes over to another address of its own (RFC 9000, section 9). */
class MigrationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ID = 8;
    private static final InetSocketAddress SECOND_ADDRESS = new InetSocketAddress("10.0.7.1", 5001);

    private World world;
    private Node client;
    private Node server;
    private Exchange exchange;

    @BeforeEach
    void connect() {
        start(new World(5, Weather.FAIR), 4_000_000);
    }

    private void start(World made, int bytes) {
        world = made;
        client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        client.second(SECOND_ADDRESS);
        exchange = new Exchange(3, bytes, false);
        exchange.start(client, server);
        assertThat(world.run(
                        20 * SECOND,
                        () -> exchange.server != null
                                && exchange.server.connection.isConfirmed()
                                && exchange.client.connection.migration().mayAttempt(1)))
                .isTrue();
    }

    private Connection dialer() {
        return exchange.client.connection;
    }

    private void attempt(int local) {
        assertThat(dialer().migration().attempt(local)).isTrue();
        exchange.client.turn();
    }

    private boolean hasMoved() {
        return dialer().migration().local() == 1
                && exchange.server.connection.remoteAddress().equals(SECOND_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aSilentPathIsLeftAndNoByteIsLost(long seed) {
        World rough = new World(seed, Weather.FAIR);
        start(rough, 400_000);
        rough.weather = new Weather(20_000_000, 5_000_000, 0.03, 0.02, 0.01, 1500, 10_000_000);
        world.dead.add(client.address);
        assertThat(world.run(30 * SECOND, () -> dialer().recovery().probes() >= 3))
                .isTrue();
        attempt(1);
        assertThat(world.run(60 * SECOND, this::hasMoved)).isTrue();
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
        assertThat(dialer().migration().isTrying()).isFalse();
    }

    @Test
    void aServerFollowsARouterThatForgetsItsMappingAgainAndAgain() {
        for (int port = 6001; port <= 6005; port++) {
            InetSocketAddress mapped = new InetSocketAddress("10.0.0.1", port);
            client.rebind(mapped);
            assertThat(world.run(
                            20 * SECOND,
                            () -> exchange.server.connection.remoteAddress().equals(mapped)))
                    .as("port " + port)
                    .isTrue();
        }
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
    }

    @Test
    void aClientStaysWithAServerThatSeesItComeFromOtherPorts() {
        start(new World(6, Weather.FAIR), 400_000);
        for (int port = 6001; port <= 6003; port++) {
            InetSocketAddress mapped = new InetSocketAddress("10.0.0.1", port);
            client.rebind(mapped);
            dialer().ping();
            exchange.client.turn();
            assertThat(world.run(
                            20 * SECOND,
                            () -> exchange.server.connection.remoteAddress().equals(mapped)))
                    .as("port " + port)
                    .isTrue();
            assertThat(dialer().closing()).as("the client after port " + port).isNull();
        }
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
    }

    @Test
    void theOtherAddressUsesNoIdOfTheFirst() {
        Map<InetSocketAddress, Set<String>> ids = new HashMap<>();
        world.watcher = (from, datagram) -> {
            if (datagram[0] >= 0) { // a short header
                ids.computeIfAbsent(from, ignored -> new HashSet<>())
                        .add(Arrays.toString(Arrays.copyOfRange(datagram, 1, 1 + ID)));
            }
        };
        attempt(1);
        assertThat(world.run(10 * SECOND, this::hasMoved)).isTrue();
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
        assertThat(ids.get(SECOND_ADDRESS)).isNotEmpty();
        assertThat(ids.get(client.address)).doesNotContainAnyElementsOf(ids.get(SECOND_ADDRESS));
    }

    @Test
    void whileTheOtherAddressIsSilentTheConnectionStays() {
        world.dead.add(SECOND_ADDRESS);
        attempt(1);
        assertThat(dialer().migration().attempt(2)).isFalse();
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
        assertThat(world.run(20 * SECOND, () -> !dialer().migration().isTrying()))
                .isTrue();
        assertThat(dialer().migration().local()).isZero();
        assertThat(exchange.server.connection.remoteAddress()).isEqualTo(client.address);
        assertThat(world.run(20 * SECOND, () -> dialer().migration().mayAttempt(1)))
                .as("the server has given another id for the one that was used up")
                .isTrue();
    }

    @Test
    void itMovesThereAndBack() {
        attempt(1);
        assertThat(world.run(10 * SECOND, this::hasMoved)).isTrue();
        assertThat(world.run(10 * SECOND, () -> dialer().migration().mayAttempt(0)))
                .isTrue();
        attempt(0);
        assertThat(world.run(
                        10 * SECOND,
                        () -> exchange.server.connection.remoteAddress().equals(client.address)))
                .isTrue();
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
    }

    @Test
    void serversStay() {
        assertThat(exchange.server.connection.migration().mayAttempt(1)).isFalse();
        assertThat(exchange.server.connection.migration().attempt(1)).isFalse();
    }
}
