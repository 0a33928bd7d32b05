package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.QuicStreamLimits;
import libp2p.quic.stream.Streams;
import org.junit.jupiter.api.Test;

/**
 * A remote that resets nothing: it ends each stream with FIN and wants no answer (STOP_SENDING), or says a few bytes that are
 * no request, so that the other side resets the stream. Both cost it as little as a reset does.
 */
class StoppedStreamsTest {
    private static final long SECOND = 1_000_000_000L;
    /** Of which credit comes at once, and that come in a second afterwards; see StreamCount. */
    private static final int AT_ONCE = 256;

    private static final int A_SECOND = 100;
    private static final int PORTION = 32;
    private static final int SECONDS = 5;

    private final World world = new World(41, Weather.FAIR);
    private int opened;

    /** Opens what it may, and cuts all of it short. */
    private void open(Peer peer) {
        Streams streams = peer.connection.streams();
        while (streams.pollTouched() != null) {
            // a stream that was reset, or has ended
        }
        while (peer.connection.isConfirmed() && streams.mayOpen(true)) {
            QuicStream stream = streams.open(true);
            stream.finish();
            stream.stopSending(7);
            opened++;
        }
    }

    /** Reads each stream to its end, as a handler does. */
    private static void serve(Peer peer) {
        Streams streams = peer.connection.streams();
        while (streams.pollArrived() != null) {
            // its end tells enough
        }
        for (QuicStream stream = streams.pollTouched(); stream != null; stream = streams.pollTouched()) {
            assertThat(stream.read(ByteBuffer.allocate(1))).isZero();
        }
    }

    /** Opens what it may, and says on each stream a few bytes that are no request. */
    private void speak(Peer peer) {
        Streams streams = peer.connection.streams();
        for (QuicStream stream = streams.pollTouched(); stream != null; stream = streams.pollTouched()) {
            assertThat(stream.read(ByteBuffer.allocate(8))).isZero();
        }
        while (peer.connection.isConfirmed() && streams.mayOpen(true)) {
            QuicStream stream = streams.open(true);
            stream.write(new byte[2], 0, 2);
            stream.finish();
            opened++;
        }
    }

    /** Reads what has come, finds that it is no protocol, and refuses it. */
    private static void refuse(Peer peer) {
        Streams streams = peer.connection.streams();
        while (streams.pollArrived() != null) {
            // its bytes tell more
        }
        for (QuicStream stream = streams.pollTouched(); stream != null; stream = streams.pollTouched()) {
            if (stream.read(ByteBuffer.allocate(8)) > 0) {
                stream.reset(1);
                stream.stopSending(1);
            }
        }
    }

    @Test
    void streamsThatEndAndAreStoppedArePacedAndTheirPlacesBecomeFree() {
        isPaced(this::open, StoppedStreamsTest::serve);
    }

    @Test
    void streamsThatAreRefusedArePacedLikeThoseThatAreReset() {
        isPaced(this::speak, StoppedStreamsTest::refuse);
    }

    private void isPaced(Consumer<Peer> remote, Consumer<Peer> handler) {
        Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        List<Peer> accepted = new ArrayList<>();
        server.onPeer = peer -> {
            accepted.add(peer);
            peer.application = handler;
        };
        Peer dialer = client.connect(server);
        dialer.application = remote;
        world.run(SECONDS * SECOND, () -> false);
        int most = QuicStreamLimits.DEFAULT.streams() + AT_ONCE + SECONDS * A_SECOND + PORTION;
        assertThat(opened).as("a place becomes free in time").isBetween(most - 2 * A_SECOND, most);
        dialer.application = peer -> {};
        world.run(SECOND, () -> false);
        assertThat(accepted.getFirst().connection.streams().count())
                .as("streams that are left")
                .isZero();
        dialer.connection.close(0, "", world.now);
    }
}
