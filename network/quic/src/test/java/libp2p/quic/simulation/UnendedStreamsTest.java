package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.QuicStreamLimits;
import libp2p.quic.stream.Streams;
import org.junit.jupiter.api.Test;

/** A remote that allows any number of streams and ends none. */
class UnendedStreamsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST = 1_024;

    private final World world = new World(29, Weather.FAIR);

    @Test
    void streamsThatTheRemoteDoesNotEndAreBounded() {
        ConnectionConfig config = ConnectionConfig.DEFAULT;
        QuicStreamLimits generous = new QuicStreamLimits(1 << 20, 0, 1 << 18, 1 << 20, 1 << 19, 1 << 20, 1 << 19);
        Node client = world.node(1, config, EndpointLimits.DEFAULT);
        Node server = world.node(2, config.withStreams(generous), EndpointLimits.DEFAULT);
        Peer dialer = client.connect(server);
        assertThat(world.run(SECOND, () -> dialer.connection.isConfirmed())).isTrue();
        Streams streams = dialer.connection.streams();
        streams.pollAllowed();
        Deque<QuicStream> opened = new ArrayDeque<>();
        while (streams.mayOpen(true)) {
            QuicStream stream = streams.open(true);
            stream.write(new byte[1], 0, 1);
            stream.finish();
            opened.add(stream);
            assertThat(opened).hasSizeLessThanOrEqualTo(MOST);
        }
        assertThat(opened).hasSize(MOST);
        dialer.turn();
        world.run(SECOND, () -> false);
        assertThat(streams.mayOpen(true)).isFalse();
        assertThat(streams.pollAllowed()).isFalse();
        opened.getFirst().stopSending(0); // the remote answers it with the end of its side
        dialer.turn();
        assertThat(world.run(SECOND, () -> streams.mayOpen(true))).isTrue();
        assertThat(streams.pollAllowed()).isTrue();
    }
}
