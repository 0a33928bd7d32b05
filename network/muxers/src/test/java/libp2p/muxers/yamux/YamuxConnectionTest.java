package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import libp2p.contracts.muxer.MemoryLink;
import libp2p.contracts.muxer.MuxedPair.Worker;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import libp2p.muxers.MuxerLimits;
import org.junit.jupiter.api.Test;

/** The frames of yamux on the wire, one by one. */
class YamuxConnectionTest {
    private static final int WINDOW = 256 << 10;

    private static MuxedStream accepted(RawPeer peer, long id) throws Exception {
        peer.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
        MuxedStream stream = peer.connection.acceptStream();
        peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, id, 0);
        return stream;
    }

    private static void read(MuxedStream stream, int count) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertThat(stream.read(buffer)).isPositive();
        }
    }

    @Test
    void announcesAStreamWritesAndFinishesIt() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = peer.connection.openStream(Deadline.NONE);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
            stream.write(new byte[] {1, 2, 3}, 0, 3);
            RawPeer.Received data = peer.next();
            assertThat(data.type()).isEqualTo(Frame.DATA);
            assertThat(data.flags()).isZero();
            assertThat(data.id()).isEqualTo(1);
            assertThat(data.payload()).containsExactly(1, 2, 3);
            stream.closeWrite();
            peer.expect(Frame.WINDOW_UPDATE, Frame.FIN, 1, 0);
            assertThat(peer.connection.openStream(Deadline.NONE).id()).isEqualTo(3);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
        }
    }

    @Test
    void announcesStreamsWithTheirFirstBytesAndInOrder() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.connection.announceWithData();
            peer.connection.openStream(Deadline.NONE);
            MuxedStream second = peer.connection.openStream(Deadline.NONE);
            second.write(new byte[] {7}, 0, 1);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
            peer.expect(Frame.DATA, 0, 3, 1);
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.connection.acceptStream().reset(ErrorCode.NONE);
            peer.expect(Frame.WINDOW_UPDATE, Frame.RST, 2, 0);
        }
    }

    @Test
    void announcesWhatHasToBeAcknowledgedBeforeItWaitsForThat() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.connection.announceWithData();
            int most = MuxerLimits.DEFAULT.yamux().unacknowledged();
            for (int i = 0; i < most; i++) {
                peer.connection.openStream(Deadline.NONE);
            }
            Worker<MuxedStream> waiting = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
            for (int i = 0; i < most; i++) {
                peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 1 + 2L * i, 0);
            }
            peer.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0);
            assertThat(waiting.result().get().id()).isEqualTo(1 + 2L * most);
        }
    }

    @Test
    void answersThoughItsWriterThreadHasGone() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.environment.advance(Duration.ofSeconds(3));
            peer.send(Frame.PING, Frame.SYN, 0, 5);
            peer.expect(Frame.PING, Frame.ACK, 0, 5);
        }
    }

    @Test
    void theSideThatWasCalledUsesEvenIds() throws Exception {
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), MemoryLink.Shape.PLAIN, 2)) {
            peer.connection.openStream(Deadline.NONE);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.send(Frame.DATA, Frame.SYN, 1, 0);
            assertThat(peer.connection.acceptStream().id()).isEqualTo(1);
        }
    }

    @Test
    void acknowledgesAStreamWhenItIsAcceptedAndNotBefore() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.send(Frame.PING, Frame.SYN, 0, 5);
            peer.expect(Frame.PING, Frame.ACK, 0, 5);
            peer.connection.acceptStream();
            peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0);
        }
    }

    @Test
    void takesDataAndFinInOneFrameHoweverItIsTorn() throws Exception {
        for (int record = 1; record < 20; record++) {
            try (RawPeer peer =
                    new RawPeer(MuxerLimits.DEFAULT, new TestScope(), new MemoryLink.Shape(record, 1000, 1), 1)) {
                peer.send(Frame.DATA, Frame.SYN | Frame.FIN, 2, 5, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
                MuxedStream stream = peer.connection.acceptStream();
                read(stream, 5);
                assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void sendsNoMoreThanTheWindowAndGoesOnWithCredit() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = accepted(peer, 2);
            Worker<Void> writer = Worker.start(() -> {
                stream.write(new byte[WINDOW + 1000], 0, WINDOW + 1000);
                stream.closeWrite();
                return null;
            });
            int got = 0;
            while (got < WINDOW) {
                RawPeer.Received frame = peer.next();
                assertThat(frame.length()).isBetween(1L, (long) Frame.PAYLOAD);
                got += (int) frame.length();
            }
            assertThat(got).isEqualTo(WINDOW);
            peer.send(Frame.PING, Frame.SYN, 0, 9);
            peer.expect(Frame.PING, Frame.ACK, 0, 9);
            peer.send(Frame.WINDOW_UPDATE, 0, 2, 600);
            assertThat(peer.next().length()).isEqualTo(600);
            peer.send(Frame.WINDOW_UPDATE, 0, 2, 100_000);
            assertThat(peer.next().length()).isEqualTo(400);
            peer.expect(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);
            writer.result().get();
        }
    }

    @Test
    void givesCreditWhenHalfOfTheWindowWasRead() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = accepted(peer, 2);
            peer.send(Frame.DATA, 0, 2, WINDOW, new byte[WINDOW]);
            read(stream, WINDOW / 2 - 1);
            peer.send(Frame.PING, Frame.SYN, 0, 9);
            peer.expect(Frame.PING, Frame.ACK, 0, 9);
            read(stream, 1);
            peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2);
        }
    }

    @Test
    void givesCreditForWhatItDiscards() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = accepted(peer, 2);
            peer.send(Frame.DATA, 0, 2, 1000, new byte[1000]);
            stream.closeRead(0);
            peer.send(Frame.DATA, 0, 2, WINDOW / 2, new byte[WINDOW / 2]);
            RawPeer.Received credit = peer.next();
            assertThat(credit.type()).isEqualTo(Frame.WINDOW_UPDATE);
            assertThat(credit.length()).isGreaterThanOrEqualTo(WINDOW / 2);
        }
    }

    @Test
    void givesCreditOnceForWhatWaitedToBeReadAndWhatComesLater() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = accepted(peer, 2);
            int waiting = WINDOW / 2 - 1_000;
            peer.send(Frame.DATA, 0, 2, waiting, new byte[waiting]);
            peer.send(Frame.PING, Frame.SYN, 0, 9);
            peer.expect(Frame.PING, Frame.ACK, 0, 9); // so the bytes have arrived
            stream.closeRead(0);
            peer.send(Frame.PING, Frame.SYN, 0, 10);
            peer.expect(Frame.PING, Frame.ACK, 0, 10); // less than half of the window: no credit yet
            peer.send(Frame.DATA, 0, 2, 1_000, new byte[1_000]);
            peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2);
            for (int round = 0; round < 5; round++) {
                peer.send(Frame.DATA, 0, 2, WINDOW / 2, new byte[WINDOW / 2]);
                peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2);
            }
        }
    }

    @Test
    void doublesTheWindowOfAFastStreamWhileMemoryPermits() throws Exception {
        TestScope scope = new TestScope(4 << 20); // growth may use half of it
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, scope, MemoryLink.Shape.PLAIN, 1)) {
            RawPeer.Received ping = peer.any();
            peer.environment.advance(Duration.ofMillis(50));
            peer.send(Frame.PING, Frame.ACK, 0, ping.length());
            MuxedStream stream = accepted(peer, 2);
            long credit = 0;
            long window = WINDOW;
            for (int round = 0; round < 10; round++) {
                int half = (int) (window / 2);
                peer.send(Frame.DATA, 0, 2, half, new byte[half]);
                read(stream, half);
                RawPeer.Received frame = peer.any();
                if (frame.type() == Frame.PING) { // a larger window needs another measurement
                    peer.environment.advance(Duration.ofMillis(40));
                    peer.send(Frame.PING, Frame.ACK, 0, frame.length());
                    frame = peer.any();
                }
                credit = frame.length();
                window += credit - half;
            }
            assertThat(window).isEqualTo(1 << 20);
            assertThat(credit).as("no growth, but the credit goes on").isEqualTo(window / 2);
            assertThat(scope.used()).isEqualTo(window + MuxerLimits.MINIMUM_SEND_BUFFER);
        }
    }

    @Test
    void doesNotGrowTheWindowOfASlowStream() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            RawPeer.Received ping = peer.any();
            peer.environment.advance(Duration.ofMillis(50));
            peer.send(Frame.PING, Frame.ACK, 0, ping.length());
            MuxedStream stream = accepted(peer, 2);
            peer.send(Frame.DATA, 0, 2, WINDOW / 2, new byte[WINDOW / 2]);
            peer.environment.advance(Duration.ofMillis(201));
            read(stream, WINDOW / 2);
            peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2);
        }
    }

    @Test
    void boundsTheWindow() throws Exception {
        MuxerLimits limits = MuxerLimits.DEFAULT.withYamux(
                new MuxerLimits.Yamux(256, 300_000, 32, Duration.ofSeconds(30), Duration.ofSeconds(20)));
        try (RawPeer peer = new RawPeer(limits)) {
            RawPeer.Received ping = peer.any();
            peer.send(Frame.PING, Frame.ACK, 0, ping.length());
            MuxedStream stream = accepted(peer, 2);
            peer.send(Frame.DATA, 0, 2, WINDOW / 2, new byte[WINDOW / 2]);
            read(stream, WINDOW / 2);
            peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2);
            peer.send(Frame.DATA, 0, 2, WINDOW / 2, new byte[WINDOW / 2]);
            read(stream, WINDOW / 2);
            peer.expect(Frame.WINDOW_UPDATE, 0, 2, WINDOW / 2 + 300_000 - WINDOW);
        }
    }

    @Test
    void opensNoMoreThan256StreamsThatAreNotAcknowledged() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            for (int i = 0; i < 256; i++) {
                peer.connection.openStream(Deadline.NONE);
            }
            Worker<MuxedStream> late = Worker.start(
                    () -> peer.connection.openStream(Deadline.after(peer.environment, Duration.ofSeconds(5))));
            peer.environment.awaitParked(late.thread());
            peer.environment.advance(Duration.ofSeconds(6));
            assertThatThrownBy(() -> late.result().get()).hasCauseInstanceOf(DeadlineExceededException.class);

            Worker<MuxedStream> first = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
            Worker<MuxedStream> second = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
            peer.environment.awaitParked(first.thread());
            peer.environment.awaitParked(second.thread());
            peer.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0);
            peer.send(Frame.WINDOW_UPDATE, Frame.RST, 3, 0);
            List<Long> ids = new ArrayList<>(
                    List.of(first.result().get().id(), second.result().get().id()));
            assertThat(ids).containsExactlyInAnyOrder(513L, 515L);
            Worker<MuxedStream> third = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
            peer.environment.awaitParked(third.thread());
            third.thread().interrupt();
            assertThatThrownBy(() -> third.result().get()).hasCauseInstanceOf(java.io.InterruptedIOException.class);
            peer.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0); // once is enough
            Worker<MuxedStream> fourth = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
            peer.environment.awaitParked(fourth.thread());
            peer.hangUp();
            assertThatThrownBy(() -> fourth.result().get()).hasCauseInstanceOf(ConnectionClosedException.class);
        }
    }

    @Test
    void aChanceToOpenAStreamThatOneThreadCannotUsePassesToTheNext() throws Exception {
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT.withStreams(1, 256))) {
            for (int i = 0; i < 256; i++) {
                peer.connection.openStream(Deadline.NONE);
            }
            List<Worker<MuxedStream>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Worker<MuxedStream> opener = Worker.start(() -> peer.connection.openStream(Deadline.NONE));
                peer.environment.awaitParked(opener.thread());
                waiting.add(opener);
            }
            peer.send(Frame.WINDOW_UPDATE, Frame.ACK, 1, 0);
            for (Worker<MuxedStream> opener : waiting) {
                assertThatThrownBy(() -> opener.result().get()).hasCauseInstanceOf(LimitExceededException.class);
            }
        }
    }

    @Test
    void limitsTheStreamsOfThisHostAndNamesTheSide() throws Exception {
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT.withStreams(1, 2))) {
            MuxedStream stream = peer.connection.openStream(Deadline.NONE);
            peer.connection.openStream(Deadline.NONE);
            assertThatThrownBy(() -> peer.connection.openStream(Deadline.NONE))
                    .isInstanceOfSatisfying(LimitExceededException.class, e -> {
                        assertThat(e.limit()).isEqualTo("streamsOutbound");
                        assertThat(e.maximum()).isEqualTo(2);
                        assertThat(e.side()).isEqualTo(LimitExceededException.Side.LOCAL);
                    });
            CountDownLatch ended = new CountDownLatch(1);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
            stream.onEnd(ended::countDown);
            peer.send(Frame.WINDOW_UPDATE, Frame.RST, 1, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            ended.await();
            assertThatThrownBy(() -> stream.read(ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED));
            peer.connection.openStream(Deadline.NONE);
        }
    }

    @Test
    void failsToOpenAStreamThatMemoryForbids() throws Exception {
        TestScope scope = new TestScope(400_000);
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, scope, MemoryLink.Shape.PLAIN, 1)) {
            peer.connection.openStream(Deadline.NONE);
            assertThatThrownBy(() -> peer.connection.openStream(Deadline.NONE))
                    .isInstanceOfSatisfying(
                            LimitExceededException.class,
                            e -> assertThat(e.limit()).isEqualTo("memory"));
            assertThat(scope.used()).isEqualTo(WINDOW + MuxerLimits.MINIMUM_SEND_BUFFER);
        }
    }

    @Test
    void writesWithLittleMemoryToo() throws Exception {
        TestScope scope = new TestScope(400_000); // not enough for a larger send buffer
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, scope, MemoryLink.Shape.PLAIN, 1)) {
            MuxedStream stream = accepted(peer, 2);
            Worker<Void> writer = Worker.start(() -> {
                stream.write(new byte[WINDOW], 0, WINDOW);
                return null;
            });
            long got = 0;
            while (got < WINDOW) {
                got += peer.next().length();
            }
            writer.result().get();
            assertThat(scope.peak()).isEqualTo(WINDOW + MuxerLimits.MINIMUM_SEND_BUFFER);
        }
    }

    @Test
    void endsWhenTheIdsAreUsedUp() throws Exception {
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), MemoryLink.Shape.PLAIN, 0xffff_fffdL)) {
            peer.connection.openStream(Deadline.NONE);
            assertThat(peer.connection.openStream(Deadline.NONE).id()).isEqualTo(0xffff_ffffL);
            assertThatThrownBy(() -> peer.connection.openStream(Deadline.NONE))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("streamId");
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 0xffff_fffdL, 0);
            peer.expect(Frame.WINDOW_UPDATE, Frame.SYN, 0xffff_ffffL, 0);
        }
    }

    @Test
    void reportsTheCodeOfGoAway() throws Exception {
        long[][] codes = {
            {0, 0}, {1, ErrorCode.CONNECTION_PROTOCOL_VIOLATION}, {2, 2}, {0x1005, 0x1005}, {0xffff_ffffL, 0xffff_ffffL}
        };
        for (long[] code : codes) {
            try (RawPeer peer = new RawPeer()) {
                MuxedStream stream = accepted(peer, 2);
                peer.send(Frame.GO_AWAY, 0, 0, code[0]);
                assertThatThrownBy(() -> stream.read(ByteBuffer.allocate(1)))
                        .isInstanceOfSatisfying(ConnectionClosedException.class, e -> {
                            assertThat(e.reason().code()).isEqualTo(code[1]);
                            assertThat(e.reason().remote()).isTrue();
                        });
            }
        }
    }

    @Test
    void aStreamThatBeginsInTheSameReadAsTheEndIsHandedOver() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            CompletableFuture<MuxedStream> handed = new CompletableFuture<>();
            peer.connection.onStream(handed::complete);
            peer.put(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            peer.put(Frame.DATA, Frame.FIN, 2, 3, (byte) 1, (byte) 2, (byte) 3);
            peer.send(Frame.GO_AWAY, 0, 0, 0);
            byte[] got = new byte[4];
            MuxedStream stream = handed.get();
            assertThat(stream.read(got, 0, 4)).isEqualTo(3);
            assertThat(got).containsExactly(1, 2, 3, 0);
            assertThat(stream.read(got, 0, 4)).isEqualTo(-1);
            stream.close();
        }
    }

    @Test
    void saysGoodbyeWithItsCodeAfterWhatIsQueued() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            MuxedStream stream = accepted(peer, 2);
            stream.write(new byte[100_000], 0, 100_000);
            peer.connection.close(0x1005, "trimmed");
            long got = 0;
            RawPeer.Received frame;
            while ((frame = peer.next()).type() != Frame.GO_AWAY) {
                got += frame.length();
            }
            assertThat(got).isEqualTo(100_000);
            assertThat(frame.length()).isEqualTo(0x1005);
        }
    }

    @Test
    void waitsForThePeerToCloseForASecondAtMost() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            CountDownLatch ended = new CountDownLatch(1);
            peer.connection.onClose(ended::countDown);
            peer.connection.close(0, "bye");
            RawPeer.Received frame;
            do {
                frame = peer.next();
            } while (frame.type() != Frame.GO_AWAY);
            peer.send(Frame.PING, Frame.SYN, 0, 1);
            peer.environment.advance(Duration.ofMillis(900));
            assertThat(ended.getCount()).isEqualTo(1);
            peer.environment.advance(Duration.ofMillis(200));
            ended.await();
        }
    }

    @Test
    void measuresTheRoundTripAtTheStartAndEveryThirtySeconds() throws Exception {
        try (RawPeer peer = new RawPeer()) {
            RawPeer.Received ping = peer.any();
            assertThat(ping.type()).isEqualTo(Frame.PING);
            assertThat(ping.flags()).isEqualTo(Frame.SYN);
            peer.environment.advance(Duration.ofMillis(40));
            pong(peer, ping);
            assertThat(peer.connection.roundTripNanos()).isEqualTo(40_000_000);
            peer.environment.advance(Duration.ofSeconds(30).minusMillis(40));
            RawPeer.Received second = peer.any();
            assertThat(second.length()).isNotEqualTo(ping.length());
            peer.environment.advance(Duration.ofMillis(20));
            pong(peer, ping); // an old answer is none
            pong(peer, second);
            assertThat(peer.connection.roundTripNanos()).isEqualTo(30_000_000);
        }
    }

    /** Answers a ping, and waits until the answer has been seen. */
    private static void pong(RawPeer peer, RawPeer.Received ping) throws Exception {
        peer.send(Frame.PING, Frame.ACK, 0, ping.length());
        peer.send(Frame.PING, Frame.SYN, 0, 77);
        peer.expect(Frame.PING, Frame.ACK, 0, 77);
    }

    @Test
    void urgentStreamsGoFirstAndBulkDoesNotStarve() throws Exception {
        MemoryLink.Shape narrow = new MemoryLink.Shape(65519, 1000, 0);
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), narrow, 1)) {
            MuxedStream low = accepted(peer, 2);
            MuxedStream normal = accepted(peer, 4);
            MuxedStream high = accepted(peer, 6);
            low.priority(StreamPriority.LOW);
            high.priority(StreamPriority.HIGH);
            List<Worker<Void>> writers = new ArrayList<>();
            for (MuxedStream stream : List.of(low, normal)) {
                writers.add(Worker.start(() -> {
                    stream.write(new byte[WINDOW], 0, WINDOW);
                    return null;
                }));
            }
            peer.awaitStall();
            for (Worker<Void> writer : writers) {
                writer.result().get();
            }
            high.write(new byte[] {1}, 0, 1);
            List<Long> order = new ArrayList<>();
            long left = 2L * WINDOW + 1;
            while (left > 0) {
                RawPeer.Received frame = peer.next();
                left -= frame.length();
                order.add(frame.id());
            }
            assertThat(order.indexOf(6L)).as("%s", order).isLessThanOrEqualTo(3);
            assertThat(order.subList(2, order.lastIndexOf(4L)))
                    .as("low waits for normal: %s", order)
                    .doesNotContain(2L);
        }
    }
}
