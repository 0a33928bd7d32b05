package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.QuicStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rate of a transfer over a long path.
 *
 * <p>The rate of a transfer whose path loses datagrams at random, beside that of the formulas. A window that grows by
 * alpha packets in a round trip and is multiplied by beta after a loss has
 * {@code sqrt(alpha (1 + beta) / (2 (1 - beta) p))} packets on average (RFC 9438, section 4.3). The rule of RFC 9438
 * (alpha 0.53, beta 0.7) gives that of one flow of TCP, the rule of quic-go (1 and 0.7) that of 1.37, and ours (ADR 21)
 * that of 1.5.
 */
class LongPathTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long ROUND_TRIP = 50_000_000;
    private static final double LOSS = 0.01;
    /** Bytes of a stream in a full packet. */
    private static final int PAYLOAD = 1_420;
    /** Bytes of a transfer, and those of its beginning that do not count: slow start is not what is measured. */
    private static final int BYTES = 6 << 20;

    private static final int BEGINNING = 1 << 20;
    private static final int SEEDS = 5;

    /**
     * Bytes a second of {@code flows} flows of TCP together, each of which halves its window and grows by one packet.
     */
    private static double tcp(double flows) {
        return flows * Math.sqrt(1.5 / LOSS) * PAYLOAD * SECOND / ROUND_TRIP;
    }

    private static double rate(long seed, boolean upload) {
        return rate(seed, upload, new Weather(ROUND_TRIP / 2, 0, LOSS, 0, 0, 1500, 100_000_000), BEGINNING, BYTES);
    }

    /** Bytes a second of the part of a transfer that comes after its beginning. */
    private static double rate(long seed, boolean upload, Weather weather, int beginning, int bytes) {
        World world = new World(seed, weather);
        world.segments = 16;
        Node client = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node server = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Sink sink = new Sink(world, beginning, bytes, new long[3]);
        server.onPeer = peer -> peer.application = upload ? sink::read : LongPathTest::write;
        Peer dialer = client.connect(server);
        boolean[] opened = {false};
        dialer.application = peer -> {
            if (!opened[0] && peer.connection.isComplete()) {
                opened[0] = true;
                peer.connection.streams().open(true).write(new byte[1], 0, 1);
            }
            if (upload) {
                write(peer);
            } else {
                sink.read(peer);
            }
        };
        dialer.turn();
        assertThat(world.run(200 * SECOND, () -> sink.got[0] >= bytes)).isTrue();
        return (double) (bytes - beginning) * SECOND / (sink.got[2] - sink.got[1]);
    }

    /** Has always more to write than there is room for. */
    private static void write(Peer peer) {
        byte[] bytes = new byte[16 << 10];
        for (QuicStream stream : peer.connection.streams().all()) {
            int count;
            do {
                count = stream.write(bytes, 0, bytes.length);
            } while (count == bytes.length);
        }
    }

    /** Reads whatever comes, and notes the times of the end of the beginning and of the end. */
    private record Sink(World world, int beginning, int bytes, long[] got) {
        void read(Peer peer) {
            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            for (QuicStream stream : peer.connection.streams().all()) {
                int count;
                while ((count = stream.read(buffer.clear())) > 0) {
                    long before = got[0];
                    got[0] += count;
                    if (before < beginning && got[0] >= beginning) {
                        got[1] = world.now;
                    }
                    if (before < bytes && got[0] >= bytes) {
                        got[2] = world.now;
                    }
                }
            }
        }
    }

    private static double average(boolean upload) {
        double sum = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            sum += rate(seed, upload);
        }
        return sum / SEEDS;
    }

    /** Far from one flow of TCP, which RFC 9438 gives, and no more than the bound with what the seeds vary by. */
    @Test
    void anUploadOverAPathWithRandomLossHasTheRateOfTheFormula() {
        assertThat(average(true)).isBetween(tcp(1.3), 1.1 * tcp(1.5));
    }

    @Test
    void aDownloadHasTheSame() {
        assertThat(average(false)).isBetween(tcp(1.3), 1.1 * tcp(1.5));
    }

    /**
     * A link of 40 MB/s and 50 ms holds 2 MB, four times the queue of a stream: the sender keeps more than its queue
     * for the path, as the receiver's window grows with it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneStreamFillsALinkThatHoldsMoreThanItsQueue(boolean upload) {
        Weather link = new Weather(ROUND_TRIP / 2, 0, 0, 0, 0, 1500, 40_000_000);
        assertThat(rate(1, upload, link, 16 << 20, 32 << 20)).isGreaterThan(0.75 * 40_000_000);
    }
}
