package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import org.junit.jupiter.api.Test;

/** A host that has forgotten its connections, after a restart, ends them (RFC 9000, section 10.3). */
class StatelessResetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LONG_ENOUGH = 43;

    private final World world = new World(29, Weather.FAIR);
    private final List<byte[]> sent = new ArrayList<>();
    private final Node client = node(1);
    private final Peer dialer;

    StatelessResetTest() {
        Node server = node(2);
        world.watcher = (from, datagram) -> {
            if (from.equals(client.address) && datagram[0] > 0 && datagram.length >= LONG_ENOUGH) {
                sent.add(datagram.clone());
            }
        };
        dialer = client.connect(server);
        assertThat(world.run(5 * SECOND, () -> dialer.connection.isConfirmed() && !sent.isEmpty()))
                .isTrue();
        world.run(SECOND, () -> false);
    }

    private Node node(int number) {
        return world.node(number, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
    }

    @Test
    void theResetOfAHostThatHasRestartedEndsTheConnection() {
        assertThat(client.endpoint.ids()).isPositive();
        Node restarted = node(2);
        restarted.receive(sent.getLast(), client.address, restarted.address, 0);
        world.run(SECOND, () -> false);
        assertThat(dialer.connection.closing())
                .isNotNull()
                .satisfies(cause -> assertThat(cause.text()).contains("forgotten"));
        world.run(60 * SECOND, () -> false);
        assertThat(client.endpoint.resettable())
                .as("tokens of a connection that is over")
                .isZero();
    }

    @Test
    void theResetOfAnotherHostEndsNothing() {
        Node stranger = node(3);
        stranger.receive(sent.getLast(), client.address, stranger.address, 0);
        world.run(SECOND, () -> false);
        assertThat(dialer.connection.closing()).isNull();
        assertThat(client.endpoint.resettable()).isPositive();
    }
}
