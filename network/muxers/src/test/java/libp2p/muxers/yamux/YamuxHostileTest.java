package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import libp2p.contracts.muxer.MemoryLink;
import libp2p.contracts.muxer.MuxedPair;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import libp2p.muxers.MuxerLimits;
import org.junit.jupiter.api.Test;

/** Frames that a stranger may send, and the harm that they must not do. */
class YamuxHostileTest {
    private static final int WINDOW = 256 << 10;

    private interface Attack {
        void on(RawPeer peer) throws IOException;
    }

    /** The connection ends with GO_AWAY 1, and says in its reason what was wrong. */
    private static void isProtocolError(String what, Attack attack) throws Exception {
        try (RawPeer peer = new RawPeer()) {
            attack.on(peer);
            peer.flush();
            RawPeer.Received frame;
            do {
                frame = peer.next();
            } while (frame.type() != Frame.GO_AWAY);
            assertThat(frame.length()).isEqualTo(Frame.PROTOCOL_ERROR);
            assertThat(peer.connection.closeReason().code()).isEqualTo(ErrorCode.CONNECTION_PROTOCOL_VIOLATION);
            assertThat(peer.connection.closeReason().cause())
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("/yamux/1.0.0")
                    .hasMessageContaining(what);
        }
    }

    /** The connection has read all that was sent before, however it was cut: it answers a ping. */
    private static void awaitAllRead(RawPeer peer) throws IOException {
        peer.send(Frame.PING, Frame.SYN, 0, 0xCAFE);
        RawPeer.Received frame;
        do {
            frame = peer.next();
        } while (frame.type() != Frame.PING || frame.length() != 0xCAFE);
    }

    /** The connection still works: it answers a ping, and takes a stream that was opened by {@code id}. */
    private static void isAlive(RawPeer peer, long id) throws IOException {
        awaitAllRead(peer);
        peer.send(Frame.DATA, Frame.SYN, id, 1, (byte) 7);
        MuxedStream stream;
        do {
            stream = peer.connection.acceptStream();
        } while (stream.id() != id);
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(stream.read(one)).isEqualTo(1);
        assertThat(one.get(0)).isEqualTo((byte) 7);
    }

    @Test
    void unknownVersionsTypesAndFlagsEndTheConnection() throws Exception {
        isProtocolError("version 1", peer -> peer.raw(1, Frame.PING, Frame.SYN, 0, 0));
        isProtocolError("frame type 4", peer -> peer.put(4, 0, 0, 0));
        isProtocolError("frame type 255", peer -> peer.put(255, 0, 0, 0));
        isProtocolError("flags 0x10", peer -> peer.put(Frame.DATA, 0x10, 2, 0));
        isProtocolError("flags 0x8001", peer -> peer.put(Frame.WINDOW_UPDATE, 0x8001, 2, 0));
    }

    @Test
    void streamFramesForTheConnectionAndConnectionFramesForAStreamEndTheConnection() throws Exception {
        isProtocolError("stream 0", peer -> peer.put(Frame.DATA, 0, 0, 0));
        isProtocolError("stream 0", peer -> peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 0, 0));
        isProtocolError("a ping is for stream 2", peer -> peer.put(Frame.PING, Frame.SYN, 2, 0));
        isProtocolError("GO_AWAY is for stream 2", peer -> peer.put(Frame.GO_AWAY, 0, 2, 0));
        isProtocolError("a ping has flags 0x0", peer -> peer.put(Frame.PING, 0, 0, 0));
        isProtocolError("a ping has flags 0x3", peer -> peer.put(Frame.PING, Frame.SYN | Frame.ACK, 0, 0));
    }

    @Test
    void streamIdsOfTheWrongSideEndTheConnection() throws Exception {
        isProtocolError("stream 1 cannot be opened", peer -> peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0));
        isProtocolError("stream 4294967295", peer -> peer.put(Frame.DATA, Frame.SYN, 0xffff_ffffL, 0));
    }

    @Test
    void aStreamThatIsOpenedTwiceEndsTheConnection() throws Exception {
        isProtocolError("opened a second time", peer -> {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.put(Frame.DATA, Frame.SYN, 2, 0);
        });
    }

    @Test
    void creditBeyondThirtyTwoBitsEndsTheConnection() throws Exception {
        isProtocolError("credit", peer -> {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0xffff_ffffL);
        });
        isProtocolError("credit", peer -> {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0xffff_ffffL - WINDOW);
            peer.put(Frame.WINDOW_UPDATE, 0, 2, 1);
        });
        try (RawPeer peer = new RawPeer()) {
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0xffff_ffffL - WINDOW);
            isAlive(peer, 4);
        }
    }

    @Test
    void dataBeyondTheWindowEndsTheConnection() throws Exception {
        isProtocolError("262145 bytes", peer -> peer.put(Frame.DATA, Frame.SYN, 2, WINDOW + 1));
        isProtocolError("frame of 1 bytes", peer -> {
            peer.put(Frame.DATA, Frame.SYN, 2, WINDOW, new byte[WINDOW]);
            peer.put(Frame.DATA, 0, 2, 1, (byte) 1);
        });
        try (RawPeer peer = new RawPeer()) {
            peer.send(Frame.DATA, Frame.SYN, 2, WINDOW, new byte[WINDOW]);
            isAlive(peer, 4);
        }
    }

    @Test
    void aLengthThatIsOnlyAnnouncedTakesNoMemory() throws Exception {
        isProtocolError("4294967295 bytes", peer -> peer.put(Frame.DATA, Frame.SYN, 2, 0xffff_ffffL));
        try (RawPeer peer = new RawPeer()) {
            peer.send(Frame.DATA, Frame.SYN, 2, WINDOW);
            assertThat(peer.connection.acceptStream().id()).isEqualTo(2);
            assertThat(peer.scope.peak()).isLessThanOrEqualTo(WINDOW + MuxerLimits.MINIMUM_SEND_BUFFER);
        }
    }

    @Test
    void framesOfUnknownStreamsAreSkipped() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.put(Frame.DATA, 0, 8, 3, (byte) 1, (byte) 2, (byte) 3);
            peer.put(Frame.DATA, Frame.FIN, 7, 1, (byte) 1);
            peer.put(Frame.DATA, Frame.ACK, 7, WINDOW + 1, new byte[WINDOW + 1]);
            peer.put(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0xffff_ffffL);
            peer.put(Frame.WINDOW_UPDATE, Frame.RST, 12, 1);
            peer.put(Frame.WINDOW_UPDATE, Frame.FIN, 13, 0);
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN | Frame.RST, 14, 0);
            isAlive(peer, 2);
        }
    }

    @Test
    void framesThatCrossOurResetAreSkipped() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            MuxedStream stream = peer.connection.acceptStream();
            peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0);
            stream.reset(0x1004);
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 2, 0x1004);
            peer.put(Frame.DATA, 0, 2, 5, new byte[5]);
            peer.put(Frame.WINDOW_UPDATE, 0, 2, 0xffff_ffffL);
            peer.put(Frame.DATA, Frame.FIN, 2, 0);
            isAlive(peer, 4);
        }
    }

    @Test
    void dataAfterFinResetsTheStreamAlone() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN | Frame.FIN, 2, 0);
            peer.send(Frame.DATA, 0, 2, 2, (byte) 1, (byte) 2);
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 2, ErrorCode.STREAM_PROTOCOL_VIOLATION);
            isAlive(peer, 4);
        }
    }

    @Test
    void streamsBeyondTheBacklogAreRefusedAndTheOthersLive() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            int refused = 40;
            for (int i = 0; i < 256 + refused; i++) {
                peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2 + 2L * i, 0);
            }
            peer.flush();
            for (int i = 256; i < 256 + refused; i++) {
                peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 2 + 2L * i, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            }
            for (int i = 0; i < 256; i++) {
                assertThat(peer.connection.acceptStream().id()).isEqualTo(2 + 2L * i);
            }
            isAlive(peer, 10_000);
        }
    }

    @Test
    void streamsBeyondTheLimitAreRefused() throws Exception {
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT.withStreams(2, 2))) {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 4, 0);
            peer.put(Frame.DATA, Frame.SYN, 6, 3, new byte[3]);
            peer.flush();
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 6, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            peer.send(Frame.WINDOW_UPDATE, Frame.RST, 2, 0);
            isAlive(peer, 6);
        }
    }

    @Test
    void streamsThatMemoryForbidsAreRefused() throws Exception {
        TestScope scope = new TestScope(700_000);
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, scope, MemoryLink.Shape.PLAIN, 1)) {
            for (int id = 2; id <= 6; id += 2) {
                peer.put(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
            }
            peer.flush();
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 6, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            peer.send(Frame.WINDOW_UPDATE, Frame.RST, 4, 0);
            isAlive(peer, 6);
        }
    }

    @Test
    void aFloodOfStreamsWhoseRefusalsAreNotReadEndsTheConnection() throws Exception {
        MemoryLink.Shape narrow = new MemoryLink.Shape(1000, 1000, 0);
        MuxerLimits unhurried =
                MuxerLimits.DEFAULT.withRefusals(new MuxerLimits.Refusals(256, 100_000, Duration.ofMillis(1)));
        try (RawPeer peer = new RawPeer(unhurried, new TestScope(), narrow, 1)) {
            CountDownLatch ended = new CountDownLatch(1);
            peer.connection.onClose(ended::countDown);
            Thread.ofVirtual().start(() -> {
                try {
                    for (long id = 2; id < 10_000_000; id += 2) {
                        peer.put(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
                    }
                } catch (IOException expected) {
                    // the connection has ended
                }
            });
            assertThatThrownBy(() -> {
                        while (true) {
                            peer.connection.openStream(Deadline.NONE); // one of them waits until the end begins
                        }
                    })
                    .isInstanceOf(ConnectionClosedException.class);
            peer.environment.awaitTimers(2); // the guard of writes, the time for parting
            peer.environment.advance(Duration.ofSeconds(2));
            ended.await();
            assertThat(peer.connection.closeReason().cause()).hasMessageContaining("256 streams beyond the limits");
        }
    }

    /** One stream may be open, ten more may be refused at once, and after each of these there is a pause. */
    private static RawPeer slowing() throws IOException {
        RawPeer peer = new RawPeer(MuxerLimits.DEFAULT
                .withStreams(1, 1)
                .withRefusals(new MuxerLimits.Refusals(256, 10, Duration.ofMillis(100))));
        peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
        for (long id = 4; id <= 24; id += 2) {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
        }
        peer.flush();
        for (long id = 4; id <= 24; id += 2) {
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, id, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
        }
        return peer;
    }

    @Test
    void aPeerThatGoesOnOpeningStreamsBeyondTheLimitsIsNotReadForAWhile() throws Exception {
        try (RawPeer peer = slowing()) { // eleven were refused
            long received = peer.received();
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 26, 0);
            peer.environment.advance(Duration.ofMillis(99));
            assertThat(peer.received()).isEqualTo(received);
            peer.environment.advance(Duration.ofMillis(1));
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 26, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            peer.environment.advance(Duration.ofMillis(100 + 10 * 100)); // a pause, and what is free at once
            for (long id = 28; id <= 46; id += 2) {
                peer.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
                peer.expect(Frame.WINDOW_UPDATE, Frame.RST, id, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            }
            peer.send(Frame.WINDOW_UPDATE, Frame.RST, 2, 0);
            isAlive(peer, 48);
        }
    }

    @Test
    void streamsThatTheHostRefusesCountToo() throws Exception {
        try (RawPeer peer = new RawPeer(
                MuxerLimits.DEFAULT.withRefusals(new MuxerLimits.Refusals(256, 1, Duration.ofMillis(100))))) {
            peer.connection.onStream(stream -> stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED));
            for (long id = 2; id <= 4; id += 2) {
                peer.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
                while (peer.next().flags() != Frame.RST) {} // before it there may be the acknowledgement
            }
            long received = peer.received();
            peer.send(Frame.PING, Frame.SYN, 0, 1);
            peer.environment.advance(Duration.ofMillis(99));
            assertThat(peer.received()).isEqualTo(received);
            peer.environment.advance(Duration.ofMillis(1));
            peer.expect(Frame.PING, Frame.ACK, 0, 1);
        }
    }

    @Test
    void aConnectionThatIsNotReadForAWhileCanBeClosed() throws Exception {
        try (RawPeer peer = slowing()) {
            peer.environment.advance(Duration.ofMillis(1));
            peer.connection.close(0, "while it is not read");
            peer.environment.advance(MuxerLimits.DEFAULT.closeTimeout());
            assertThat(peer.connection.closeReason()).isNotNull();
        }
    }

    @Test
    void streamsThatAreOpenedAndResetAtOnceLeaveNothing() throws Exception {
        long free = 4_000; // fewer than those after which the connection is not read for a while
        try (RawPeer peer = new RawPeer()) {
            for (long from = 2; from < 200_000; from += 2 * free) {
                long first = from;
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        for (long id = first; id < first + 2 * free; id += 2) {
                            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
                            peer.put(Frame.DATA, 0, id, 1, (byte) 1);
                            peer.put(Frame.WINDOW_UPDATE, Frame.RST, id, 0);
                        }
                        peer.send(Frame.PING, Frame.SYN, 0, 1);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                RawPeer.Received frame;
                do {
                    frame = peer.next();
                } while (frame.type() != Frame.PING);
                writer.join(); // the answer may be here before the wire has been left to the next writer
                peer.environment.advance(Duration.ofSeconds(4));
            }
            assertThat(peer.connection.streams()).isZero();
            assertThat(peer.scope.used()).isZero();
            assertThat(peer.scope.peak()).isLessThanOrEqualTo(WINDOW + MuxerLimits.MINIMUM_SEND_BUFFER);
        }
    }

    @Test
    void aFloodOfPingsIsAnsweredInPart() throws Exception {
        MemoryLink.Shape narrow = new MemoryLink.Shape(1200, 1200, 0);
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), narrow, 1)) {
            int pings = 20_000;
            for (int i = 0; i < pings; i++) {
                peer.put(Frame.PING, Frame.SYN, 0, i);
            }
            peer.flush(); // no answer has been read, and still all were taken
            peer.put(Frame.DATA, Frame.SYN, 2, 1, (byte) 1);
            peer.flush();
            assertThat(peer.connection.acceptStream().id()).isEqualTo(2);
            int answers = 0;
            while (true) {
                RawPeer.Received frame = peer.next();
                if (frame.type() == Frame.WINDOW_UPDATE) {
                    break;
                }
                answers++;
            }
            assertThat(answers).isLessThan(500);
            isAlive(peer, 4);
        }
    }

    @Test
    void answersToNoQuestionAreIgnored() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            for (int i = 100; i < 200; i++) {
                peer.put(Frame.PING, Frame.ACK, 0, i);
            }
            isAlive(peer, 2);
            assertThat(peer.connection.roundTripNanos()).isZero();
        }
    }

    @Test
    void aPeerThatDoesNotReadIsGivenUpAfterTenSeconds() throws Exception {
        MemoryLink.Shape narrow = new MemoryLink.Shape(1000, 1000, 0);
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), narrow, 1)) {
            MuxedStream stream = peer.connection.openStream(Deadline.NONE);
            var writer = MuxedPair.Worker.start(() -> {
                byte[] much = new byte[1 << 20];
                stream.write(much, 0, much.length);
                return null;
            });
            peer.awaitStall();
            peer.environment.advance(Duration.ofMillis(9_900));
            assertThat(peer.connection.closeReason()).isNull();
            peer.environment.advance(Duration.ofMillis(200));
            assertThat(peer.connection.closeReason().text()).contains("10000 ms");
            assertThatThrownBy(() -> writer.result().get()).hasCauseInstanceOf(ConnectionClosedException.class);
        }
    }

    @Test
    void aPeerThatIsSilentIsGivenUp() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            assertThat(peer.any().type()).isEqualTo(Frame.PING);
            peer.environment.awaitTimers(3); // next ping, timeout, write guard, and perhaps that of an idle writer
            peer.environment.advance(Duration.ofSeconds(19));
            assertThat(peer.connection.closeReason()).isNull();
            peer.environment.advance(Duration.ofSeconds(2));
            assertThat(peer.connection.closeReason().text()).contains("no answer to a ping");
        }
    }

    @Test
    void aPeerThatSendsAnythingIsAliveWhileItsAnswerIsLate() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            RawPeer.Received ping = peer.any();
            peer.environment.awaitTimers(3);
            for (int i = 1; i <= 5; i++) {
                peer.send(Frame.DATA, Frame.SYN, 2L * i, 0);
                peer.connection.acceptStream();
                peer.environment.advance(Duration.ofSeconds(19));
            }
            assertThat(peer.connection.closeReason()).isNull();
            peer.send(Frame.PING, Frame.ACK, 0, ping.length());
            isAlive(peer, 100);
            assertThat(peer.connection.roundTripNanos())
                    .isEqualTo(Duration.ofSeconds(95).toNanos());
        }
    }

    @Test
    void aSocketThatIsCutInsideAFrameIsAFailure() throws Exception {
        for (byte[] cut : new byte[][] {{0}, {0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1}}) {
            try (RawPeer peer = new RawPeer()) {
                CountDownLatch ended = new CountDownLatch(1);
                peer.connection.onClose(ended::countDown);
                peer.bytes(cut);
                peer.hangUp();
                ended.await();
                assertThat(peer.connection.closeReason().cause()).isInstanceOf(EOFException.class);
                assertThat(peer.connection.closeReason().remote()).isFalse();
            }
        }
    }

    @Test
    void aSocketThatIsClosedBetweenFramesIsAnOrderlyEnd() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            CountDownLatch ended = new CountDownLatch(1);
            peer.connection.onClose(ended::countDown);
            peer.hangUp();
            ended.await();
            assertThat(peer.connection.closeReason().code()).isZero();
            assertThat(peer.connection.closeReason().remote()).isTrue();
            assertThat(peer.connection.closeReason().cause()).isNull();
        }
    }

    @Test
    void resetsOfStreamsThatWereNotAcceptedTakeThemOutOfTheBacklog() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.put(Frame.WINDOW_UPDATE, Frame.RST, 2, 3);
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 4, 0);
            peer.flush();
            awaitAllRead(peer);
            assertThat(peer.connection.acceptStream().id()).isEqualTo(4);
        }
    }

    @Test
    void anythingAtAllEndsTheConnectionOrLeavesItAlive() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            try (RawPeer peer = new RawPeer(
                    MuxerLimits.DEFAULT,
                    new TestScope(4 << 20),
                    new MemoryLink.Shape(1 + random.nextInt(300), 1 << 20, seed | 1),
                    1)) {
                try {
                    for (int i = 0; i < 200; i++) {
                        int length = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(300);
                        int type = random.nextInt(40) == 0 ? random.nextInt(256) : random.nextInt(3);
                        byte[] payload = new byte[type == Frame.DATA ? Math.max(0, Math.min(length, 300)) : 0];
                        int flags = random.nextInt(40) == 0 ? random.nextInt(1 << 16) : 1 << random.nextInt(4);
                        long id = random.nextInt(20) == 0 ? random.nextInt(10) : 2 + 2L * random.nextInt(20);
                        peer.put(
                                type,
                                type == Frame.PING ? flags & 1 : flags,
                                type == Frame.PING ? 0 : id,
                                length,
                                payload);
                        if (random.nextInt(20) == 0) {
                            peer.connection
                                    .openStream(Deadline.after(peer.environment, Duration.ZERO))
                                    .close();
                        }
                    }
                    peer.flush();
                } catch (ConnectionClosedException e) {
                    assertThat(peer.connection.closeReason()).isNotNull();
                } catch (StreamResetException | LimitExceededException expected) {
                    // a reset or refusal that hit our own stream
                } catch (IOException e) {
                    // the pipe is closed
                }
                assertThat(peer.scope.peak()).isLessThanOrEqualTo(4 << 20);
            }
        }
    }
}
