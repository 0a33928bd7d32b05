package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import org.junit.jupiter.api.Test;

/** A server whose first flight was lost (RFC 9002, section 6.2.3). */
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
}
