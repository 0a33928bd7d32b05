package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.Streams;
import org.junit.jupiter.api.Test;

/** A remote whose streams fill little of the memory that holds what came on them, and which are not read. */
class HalfEmptyChunksTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int STREAMS = 100;
    private static final int CHUNK = 1 << 14;
    /** More than fit into the small chunk that a stream has first. */
    private static final int BYTES = 2_100;

    private final World world = new World(37, Weather.FAIR);

    @Test
    void theMemoryOfChunksBeyondTheWindowIsTold() {
        Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        List<Peer> peers = new ArrayList<>();
        server.onPeer = peers::add;
        Peer dialer = client.connect(server);
        assertThat(world.run(SECOND, () -> dialer.connection.isConfirmed())).isTrue();
        Streams held = peers.getFirst().connection.streams();
        assertThat(held.beyondWindow()).isZero();
        for (int i = 0; i < STREAMS; i++) {
            dialer.connection.streams().open(true).write(new byte[BYTES], 0, BYTES);
        }
        dialer.turn();
        assertThat(world.run(5 * SECOND, () -> held.beyondWindow() == (long) STREAMS * CHUNK - held.window()))
                .isTrue();
        assertThat(held.beyondWindow()).isGreaterThan(1 << 20);
        dialer.connection.close(0, "", world.now);
    }
}
