package libp2p.muxers.mplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import libp2p.contracts.muxer.MemoryLink;
import libp2p.contracts.muxer.TestEnvironment;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;
import org.junit.jupiter.api.Test;

/** The frames of mplex on the wire, and those that a stranger may send. */
class MplexHostileTest {
    /** A connection whose other end is written by hand. */
    private static final class Peer implements AutoCloseable {
        final TestEnvironment environment = new TestEnvironment();
        final TestScope scope;
        final MuxedConnection connection;
        private final ChunkPool pool = Pools.poisoned();
        private final SecureConnection wire;

        Peer(TestScope scope, MuxerLimits limits, MemoryLink.Shape shape) {
            this.scope = scope;
            MemoryLink link = new MemoryLink(environment, shape);
            this.wire = link.right();
            this.connection = new Mplex(limits, pool).mux(environment, link.left(), true, scope);
        }

        Peer() {
            this(new TestScope(), MuxerLimits.DEFAULT, MemoryLink.Shape.PLAIN);
        }

        void send(int flag, long id, byte... payload) throws IOException {
            send(flag, id, payload.length, payload);
        }

        void send(int flag, long id, long length, byte[] payload) throws IOException {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            varint(message, id << 3 | flag);
            varint(message, length);
            message.write(payload);
            bytes(message.toByteArray());
        }

        void bytes(byte... bytes) throws IOException {
            wire.write(ByteBuffer.wrap(bytes));
            wire.flush();
        }

        private static void varint(ByteArrayOutputStream out, long value) {
            long rest = value;
            while (rest > 0x7f) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        private long varint() throws IOException {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = MemoryLink.readFully(wire, 1)[0];
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        byte[] expect(int flag, long id) throws IOException {
            long header = varint();
            assertThat(header & 7).as("flag").isEqualTo(flag);
            assertThat(header >>> 3).as("stream").isEqualTo(id);
            return MemoryLink.readFully(wire, (int) varint());
        }

        @Override
        public void close() throws Exception {
            CountDownLatch closed = new CountDownLatch(1);
            connection.onClose(closed::countDown);
            connection.close(0, "the test is over");
            wire.close();
            closed.await();
            environment.awaitQuiet();
            assertThat(scope.used()).as("memory").isZero();
            assertThat(pool.lent()).as("chunks in use").isZero();
        }
    }

    private interface Attack {
        void on(Peer peer) throws IOException;
    }

    private static void isViolation(String what, Attack attack) throws Exception {
        try (Peer peer = new Peer()) {
            CountDownLatch ended = new CountDownLatch(1);
            peer.connection.onClose(ended::countDown);
            attack.on(peer);
            while (peer.wire.read() != null) {
                peer.wire.read().clear();
            }
            peer.wire.close();
            ended.await();
            assertThat(peer.connection.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_PROTOCOL_VIOLATION);
            assertThat(peer.connection.closeReason().cause())
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("/mplex/6.7.0")
                    .hasMessageContaining(what);
        }
    }

    private static byte[] read(MuxedStream stream, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining() && stream.read(buffer) > 0) {}
        return buffer.array();
    }

    @Test
    void opensWritesFinishesAndResetsAsTheSpecificationSays() throws Exception {
        try (Peer peer = new Peer()) {
            MuxedStream ours = peer.connection.openStream(Deadline.NONE);
            assertThat(peer.expect(Frame.NEW_STREAM, 0)).isEmpty();
            ours.write(new byte[] {1, 2}, 0, 2);
            assertThat(peer.expect(Frame.MESSAGE_INITIATOR, 0)).containsExactly(1, 2);
            peer.send(Frame.MESSAGE_RECEIVER, 0, (byte) 3);
            assertThat(read(ours, 1)).containsExactly(3);
            ours.closeWrite();
            peer.expect(Frame.CLOSE_INITIATOR, 0);

            peer.send(Frame.NEW_STREAM, 0, (byte) 'n', (byte) 'a', (byte) 'm', (byte) 'e');
            peer.send(Frame.MESSAGE_INITIATOR, 0, (byte) 4);
            MuxedStream theirs = peer.connection.acceptStream();
            assertThat(read(theirs, 1)).containsExactly(4);
            theirs.write(new byte[] {5}, 0, 1);
            assertThat(peer.expect(Frame.MESSAGE_RECEIVER, 0)).containsExactly(5);
            peer.send(Frame.CLOSE_INITIATOR, 0);
            assertThat(theirs.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            theirs.reset(9);
            peer.expect(Frame.RESET_RECEIVER, 0);
            assertThat(ours.id()).isNotEqualTo(theirs.id());

            MuxedStream second = peer.connection.openStream(Deadline.NONE);
            peer.expect(Frame.NEW_STREAM, 1);
            second.reset(9);
            peer.expect(Frame.RESET_INITIATOR, 1);
        }
    }

    @Test
    void messagesAboveTheBoundsEndTheConnection() throws Exception {
        isViolation("1048577 bytes", peer -> {
            peer.send(Frame.NEW_STREAM, 1);
            peer.send(Frame.MESSAGE_INITIATOR, 1, (1 << 20) + 1, new byte[0]);
        });
        isViolation("name of stream 1", peer -> peer.send(Frame.NEW_STREAM, 1, new byte[1025]));
        isViolation("flag 7", peer -> peer.send(7, 1));
        isViolation("body of 1 bytes", peer -> peer.send(Frame.CLOSE_INITIATOR, 1, (byte) 1));
        isViolation("body of 2 bytes", peer -> peer.send(Frame.RESET_RECEIVER, 1, new byte[2]));
        isViolation("opened a second time", peer -> {
            peer.send(Frame.NEW_STREAM, 1);
            peer.send(Frame.NEW_STREAM, 1);
        });
    }

    @Test
    void varintsThatAreNotProperEndTheConnection() throws Exception {
        isViolation("longer than it needs", peer -> peer.bytes((byte) 0x88, (byte) 0));
        isViolation("longer than 9 bytes", peer -> {
            byte[] endless = new byte[9];
            java.util.Arrays.fill(endless, (byte) 0xff);
            peer.bytes(endless);
        });
    }

    @Test
    void aStreamWhoseReaderFallsBehindIsResetAndTheOthersLive() throws Exception {
        try (Peer peer = new Peer()) {
            peer.send(Frame.NEW_STREAM, 1);
            MuxedStream slow = peer.connection.acceptStream();
            peer.send(Frame.NEW_STREAM, 2);
            MuxedStream quick = peer.connection.acceptStream();
            byte[] message = new byte[1 << 20];
            for (int i = 0; i < 4; i++) {
                peer.send(Frame.MESSAGE_INITIATOR, 1, message);
            }
            peer.send(Frame.MESSAGE_INITIATOR, 2, (byte) 1);
            read(quick, 1);
            assertThat(peer.scope.used()).isLessThanOrEqualTo(5 << 20);
            peer.send(Frame.MESSAGE_INITIATOR, 1, (byte) 1);
            peer.expect(Frame.RESET_RECEIVER, 1);
            assertThatThrownBy(() -> read(slow, 1))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED));
            peer.send(Frame.MESSAGE_INITIATOR, 1, message);
            peer.send(Frame.MESSAGE_INITIATOR, 2, (byte) 2);
            assertThat(read(quick, 1)).containsExactly(2);
        }
    }

    @Test
    void aStreamThatMemoryForbidsToBufferIsReset() throws Exception {
        try (Peer peer = new Peer(new TestScope(1 << 20), MuxerLimits.DEFAULT, MemoryLink.Shape.PLAIN)) {
            peer.send(Frame.NEW_STREAM, 1);
            peer.send(Frame.MESSAGE_INITIATOR, 1, new byte[600_000]);
            peer.expect(Frame.RESET_RECEIVER, 1);
            assertThat(peer.scope.peak()).isLessThan(1 << 20);
        }
    }

    @Test
    void streamsBeyondTheLimitsAreRefused() throws Exception {
        MuxerLimits limits = MuxerLimits.DEFAULT.withStreams(2, 1);
        try (Peer peer = new Peer(new TestScope(), limits, MemoryLink.Shape.PLAIN)) {
            for (int id = 1; id <= 3; id++) {
                peer.send(Frame.NEW_STREAM, id);
            }
            peer.expect(Frame.RESET_RECEIVER, 3);
            peer.connection.openStream(Deadline.NONE);
            assertThatThrownBy(() -> peer.connection.openStream(Deadline.NONE))
                    .isInstanceOf(LimitExceededException.class);
        }
    }

    @Test
    void framesOfUnknownStreamsAreSkippedAndDataAfterCloseResetsTheStream() throws Exception {
        try (Peer peer = new Peer()) {
            peer.send(Frame.MESSAGE_INITIATOR, 77, new byte[1000]);
            peer.send(Frame.MESSAGE_RECEIVER, 77, new byte[1000]);
            peer.send(Frame.CLOSE_RECEIVER, 78);
            peer.send(Frame.RESET_INITIATOR, 79);
            peer.send(Frame.NEW_STREAM, (1L << 60) - 1);
            peer.send(Frame.CLOSE_INITIATOR, (1L << 60) - 1);
            peer.send(Frame.MESSAGE_INITIATOR, (1L << 60) - 1, (byte) 1);
            peer.expect(Frame.RESET_RECEIVER, (1L << 60) - 1);
        }
    }

    @Test
    void aSocketThatIsCutInsideAMessageIsAFailure() throws Exception {
        try (Peer peer = new Peer()) {
            CountDownLatch ended = new CountDownLatch(1);
            peer.connection.onClose(ended::countDown);
            peer.send(Frame.NEW_STREAM, 1);
            peer.send(Frame.MESSAGE_INITIATOR, 1, 100, new byte[99]);
            peer.wire.close();
            ended.await();
            assertThat(peer.connection.closeReason().cause()).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anythingAtAllEndsTheConnectionOrLeavesItAlive() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            MemoryLink.Shape shape = new MemoryLink.Shape(1 + random.nextInt(300), 1 << 20, seed | 1);
            try (Peer peer = new Peer(new TestScope(4 << 20), MuxerLimits.DEFAULT, shape)) {
                try {
                    for (int i = 0; i < 200; i++) {
                        int length = random.nextInt(300);
                        int flag = random.nextInt(random.nextInt(20) == 0 ? 8 : 3);
                        long claimed = random.nextInt(30) == 0 ? random.nextInt(2_000_000) : length;
                        peer.send(flag, random.nextInt(10), claimed, new byte[length]);
                    }
                } catch (IOException e) {
                    assertThat(peer.connection.closeReason()).isNotNull();
                }
                assertThat(peer.scope.peak()).isLessThanOrEqualTo(4 << 20);
            }
        }
    }
}
