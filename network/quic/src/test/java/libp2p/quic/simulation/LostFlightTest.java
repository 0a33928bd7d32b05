package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import org.junit.jupiter.api.Test;

/** Flights of the handshake that are lost, or of which a part is (RFC 9002, sections 6.2.3 and 6.2.4). */
class LostFlightTest {
    private static final long MILLISECOND = 1_000_000L;

    private final World world = new World(29, Weather.FAIR);
    private final Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    private final Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    private int sent;
    private int bytesToServer;
    private int bytesToClient;
    private Connection listener;

    /** The acknowledgement of the ClientHello arrives, and nothing else for some time. */
    private Peer connect(long darkness) {
        server.onPeer = peer -> listener = peer.connection;
        world.watcher = (from, datagram) -> {
            boolean toClient = from.equals(server.address);
            bytesToClient += toClient ? datagram.length : 0;
            bytesToServer += toClient ? 0 : datagram.length;
            if (toClient && ++sent == 2) {
                world.dead.add(client.address);
                world.at(world.now + darkness, world.dead::clear);
            }
        };
        return client.connect(server);
    }

    @Test
    void isToldByTheProbesOfTheClientToSendItAgain() {
        Peer dialer = connect(15 * MILLISECOND);
        assertThat(world.run(400 * MILLISECOND, dialer.connection::isConfirmed))
                .as("long before the server's own timeout of a second")
                .isTrue();
    }

    @Test
    void sendsNoMoreThanThreeTimesWhatCame() {
        connect(15 * MILLISECOND);
        assertThat(world.run(400 * MILLISECOND, () -> {
                    assertThat(bytesToClient).isLessThanOrEqualTo(3 * bytesToServer);
                    return listener != null && listener.isComplete();
                }))
                .isTrue();
    }

    /** Some servers refuse a connection whose first packet to arrive is a PING. */
    @Test
    void theSecondProbeOfAClientCarriesItsMessageToo() {
        world.watcher = (from, datagram) -> {
            world.deaf.add(server.address);
            if (from.equals(client.address) && ++sent == 3) { // after the message, and the first of two probes
                world.deaf.clear();
            }
        };
        Peer dialer = client.connect(server);
        assertThat(world.run(1_500 * MILLISECOND, dialer.connection::isComplete))
                .as("the server has answered to the one packet that arrived")
                .isTrue();
    }
}
