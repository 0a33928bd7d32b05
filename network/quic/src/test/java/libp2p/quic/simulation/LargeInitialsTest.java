package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import org.junit.jupiter.api.Test;

/** The first datagrams of strangers, which a host copies and holds. */
class LargeInitialsTest {
    private final World world = new World(31, Weather.FAIR);

    @Test
    void noDatagramOfAStrangerIsHeldThatNoPathCarries() {
        Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        AtomicReference<byte[]> first = new AtomicReference<>();
        world.watcher = (from, datagram) -> first.compareAndSet(null, datagram.clone());
        world.dead.add(client.address);
        client.connect(server);
        assertThat(world.run(1_000_000_000L, () -> first.get() != null)).isTrue();
        server.receive(Arrays.copyOf(first.get(), 2_049), client.address, server.address, 0);
        assertThat(server.endpoint.waiting()).isZero();
        server.receive(Arrays.copyOf(first.get(), 2_048), client.address, server.address, 0);
        assertThat(server.endpoint.waiting()).isEqualTo(1);
    }
}
