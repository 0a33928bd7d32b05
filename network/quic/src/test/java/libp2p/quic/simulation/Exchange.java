package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.simulation.World.Peer;
import libp2p.quic.stream.QuicStream;

/** A client that sends on many streams to a server that sends back what it gets; every byte is compared. */
final class Exchange {
    private static final long CODE = 9;

    private final int streams;
    private final int bytes;
    private final boolean resets;
    private final Map<QuicStream, Way> ways = new LinkedHashMap<>();
    private int opened;
    private int finished;
    Peer client;
    Peer server;

    private static final class Way {
        final byte[] expected;
        final boolean aborted;
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        int written;
        boolean finished;

        Way(long seed, int length, boolean aborted) {
            this.aborted = aborted;
            expected = new byte[length];
            new Random(seed).nextBytes(expected);
        }
    }

    /** @param resets whether every third stream is reset in the middle */
    Exchange(int streams, int bytes, boolean resets) {
        this.streams = streams;
        this.bytes = bytes;
        this.resets = resets;
    }

    void start(Node from, Node to) {
        start(from, to, to.address);
    }

    /** @param dialed one of the addresses of the server */
    void start(Node from, Node to, InetSocketAddress dialed) {
        to.onPeer = peer -> {
            server = peer;
            peer.application = Exchange::echo;
        };
        client = from.connect(dialed);
        client.application = this::send;
        client.turn();
    }

    boolean isDone() {
        return finished == streams;
    }

    /** Echoes, at the pace at which it can write. */
    private static void echo(Peer peer) {
        while (peer.connection.streams().pollArrived() != null) {
            // found among all
        }
        while (peer.connection.streams().pollTouched() != null) {
            // looked at all
        }
        byte[] buffer = new byte[4096];
        for (QuicStream stream : peer.connection.streams().all()) {
            while (stream.isReadable() && stream.room() > 0) {
                int count = stream.read(ByteBuffer.wrap(buffer, 0, Math.min(buffer.length, stream.room())));
                assertThat(stream.write(buffer, 0, count)).isEqualTo(count);
            }
            if (stream.remoteReset() >= 0) {
                assertThat(stream.remoteReset()).isEqualTo(CODE);
                stream.reset(CODE);
            } else if (stream.isAtEnd()) {
                stream.read(ByteBuffer.wrap(buffer));
                stream.finish();
            }
        }
    }

    private void send(Peer peer) {
        if (!peer.connection.isComplete()) {
            return;
        }
        while (opened < streams && peer.connection.streams().mayOpen(true)) {
            Way way = new Way(opened, opened % 7 == 3 ? 0 : bytes, resets && opened % 3 == 2);
            ways.put(peer.connection.streams().open(true), way);
            opened++;
        }
        while (peer.connection.streams().pollTouched() != null) {
            // looked at all
        }
        byte[] buffer = new byte[8192];
        ways.forEach((stream, way) -> {
            way.written += stream.write(way.expected, way.written, way.expected.length - way.written);
            int count;
            while ((count = stream.read(ByteBuffer.wrap(buffer))) > 0) {
                way.got.write(buffer, 0, count);
            }
            if (way.aborted && way.got.size() >= way.expected.length / 2) {
                stream.reset(CODE);
                stream.stopSending(CODE);
            } else if (way.written == way.expected.length && !way.aborted) {
                stream.finish();
            }
            if (!way.finished && (way.aborted ? stream.hasSendingEnded() : stream.isAtEnd())) {
                way.finished = true;
                finished++;
                if (!way.aborted) {
                    assertThat(way.got.toByteArray()).isEqualTo(way.expected);
                }
            }
        });
    }
}
