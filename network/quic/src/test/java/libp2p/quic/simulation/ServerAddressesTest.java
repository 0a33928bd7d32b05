package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with one socket for several addresses (RFC 9000, section 9): a path has an address on each side. */
class ServerAddressesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress OTHER = InetAddress.ofLiteral("10.0.9.9");
    private static final InetSocketAddress DIALED = new InetSocketAddress(OTHER, 4001);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("10.0.0.3", 4001);

    private final World world = new World(11, Weather.FAIR);
    private final Set<InetSocketAddress> sources = new HashSet<>();
    private Node client;
    private Node server;

    @BeforeEach
    void start() {
        client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        listen(EndpointLimits.DEFAULT);
        world.watcher = (from, datagram) -> {
            if (!from.equals(client.address)) {
                sources.add(from);
            }
        };
    }

    private void listen(EndpointLimits limits) {
        server = world.node(2, ConnectionConfig.DEFAULT, limits);
        server.multihomed(OTHER);
    }

    private Exchange exchange(InetSocketAddress dialed) {
        Exchange exchange = new Exchange(3, 200_000, false);
        exchange.start(client, server, dialed);
        assertThat(world.run(20 * SECOND, exchange::isDone)).isTrue();
        return exchange;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAConnectionSendsLeavesFromTheAddressThatWasDialed(boolean first) {
        InetSocketAddress dialed = first ? server.address : DIALED;
        exchange(dialed);
        assertThat(sources).containsExactly(dialed);
    }

    @Test
    void anAddressIsAskedForFromTheOneThatWasDialed() {
        listen(EndpointLimits.DEFAULT.withUnvalidated(0));
        int[] retries = {0};
        world.towards =
                (to, datagram) -> retries[0] += to.equals(client.address) && (datagram[0] & 0xf0) == 0xf0 ? 1 : 0;
        exchange(DIALED);
        assertThat(retries[0]).isPositive();
        assertThat(sources).containsExactly(DIALED);
    }

    @Test
    void otherVersionsAndLostConnectionsAreAnsweredFromTheAddressThatWasAsked() {
        byte[] version = ByteBuffer.allocate(1200)
                .put((byte) 0xc0)
                .putInt(0x0a1a2a3a)
                .put((byte) 8)
                .putLong(1)
                .put((byte) 8)
                .putLong(2)
                .array();
        server.receive(version, STRANGER, DIALED, 0);
        assertThat(sources).containsExactly(DIALED);
        sources.clear();
        byte[] lost = new byte[100];
        lost[0] = 0x40;
        server.receive(lost, STRANGER, DIALED, 0);
        assertThat(sources).containsExactly(DIALED);
    }

    /** An attacker on the way sends a client's packet on to another address of the server, where the client is not. */
    @Test
    void aPacketAtAnotherAddressIsAnsweredByAChallengeFromThereAndTheConnectionGoesBack() {
        Exchange exchange = exchange(DIALED);
        sources.clear();
        byte[] frames = new byte[1000];
        frames[0] = 1; // PING
        byte[] datagram = Forger.seal(exchange.client.connection, frames);
        server.receive(datagram, client.address, server.address, 0);
        exchange.server.turn();
        assertThat(world.run(20 * SECOND, () -> false)).isFalse();
        assertThat(sources).contains(server.address);
        sources.clear();
        exchange.server.connection.ping();
        exchange.server.turn();
        world.run(5 * SECOND, () -> false);
        assertThat(sources).containsExactly(DIALED);
        assertThat(exchange.client.connection.closing()).isNull();
    }
}
