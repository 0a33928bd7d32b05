package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How long a server waits for a handshake: shorter as long as the client may have forged its address (RFC 9000, 8.1).
 */
class HandshakeDeadlineTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] PING = {1, 0, 0, 0};

    private final World world = new World(23, Weather.FAIR);
    private Node client;
    private Node server;
    private Peer dialer;
    private Connection listener;

    /** The client falls silent when it has keys for its first Handshake packet, before that leaves. */
    @BeforeEach
    void start() {
        client = world.node(1, ConnectionConfig.DEFAULT.withTimes(60 * SECOND, 0, 60 * SECOND), EndpointLimits.DEFAULT);
        ConnectionConfig config = ConnectionConfig.DEFAULT.withUnproved(3 * SECOND);
        assertThat(config.handshake()).isEqualTo(10 * SECOND);
        server = world.node(2, config, EndpointLimits.DEFAULT);
        server.onPeer = peer -> listener = peer.connection;
        client.onConnect = peer -> peer.application = one -> {
            if (Forger.hasHandshakeKeys(one.connection, true)) {
                world.dead.add(client.address);
            }
        };
        dialer = client.connect(server);
        assertThat(world.run(SECOND, () -> world.dead.contains(client.address))).isTrue();
        dialer.application = peer -> {};
        assertThat(listener.isComplete()).isFalse();
    }

    private void prove() {
        server.receive(Forger.sealHandshake(dialer.connection, PING, 0), client.address, server.address, 0);
    }

    private void after(long nanos) {
        world.run(nanos, () -> false);
    }

    @Test
    void aClientThatProvesNothingIsGivenUpAfterThreeSeconds() {
        after(2 * SECOND);
        assertThat(listener.closing()).isNull();
        after(SECOND);
        assertThat(listener.closing()).isNotNull();
    }

    @Test
    void aSlowClientWithAProvedAddressIsWaitedFor() {
        after(2 * SECOND);
        prove();
        after(2 * SECOND);
        assertThat(listener.closing()).isNull();
        world.dead.clear(); // what the client repeats arrives
        assertThat(world.run(5 * SECOND, () -> listener.isComplete() && dialer.connection.isConfirmed()))
                .isTrue();
        after(5 * SECOND);
        assertThat(listener.closing()).isNull();
    }

    @Test
    void aProvedClientThatSaysNoMoreIsGivenUpAfterTenSeconds() {
        prove();
        after(9 * SECOND);
        assertThat(listener.closing()).isNull();
        after(SECOND);
        assertThat(listener.closing()).isNotNull();
    }

    /** One of a client that has not heard the server. */
    @Test
    void aDatagramThatIsNotAuthenticProvesNothing() {
        byte[] forged = Forger.sealHandshake(dialer.connection, PING, 0);
        forged[forged.length - 1] ^= 1;
        server.receive(forged, client.address, server.address, 0);
        after(3 * SECOND);
        assertThat(listener.closing()).isNotNull();
    }
}
