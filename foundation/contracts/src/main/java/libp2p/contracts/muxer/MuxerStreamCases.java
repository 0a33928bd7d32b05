package libp2p.contracts.muxer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.contracts.muxer.MuxedPair.Ends;
import libp2p.contracts.muxer.MuxedPair.Worker;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import org.junit.jupiter.api.Test;

/** Cases of single streams, for every muxer. */
abstract class MuxerStreamCases extends MuxerCases {
    @Test
    void handsStreamsToAReceiverThoseThatHaveWaitedFirst() throws Exception {
        try (MuxedPair pair = pair()) {
            LinkedBlockingQueue<MuxedStream> received = new LinkedBlockingQueue<>();
            write(pair.left.openStream(Deadline.NONE), "first");
            assertThat(pair.right.onStream(received::add)).isTrue();
            assertThat(read(received.take())).isEqualTo("first");
            write(pair.left.openStream(Deadline.NONE), "second");
            assertThat(read(received.take())).isEqualTo("second");
        }
    }

    @Test
    void aReceiverThatThrowsDoesNoHarmToOtherStreams() throws Exception {
        try (MuxedPair pair = pair()) {
            LinkedBlockingQueue<MuxedStream> received = new LinkedBlockingQueue<>();
            pair.right.onStream(stream -> {
                received.add(stream);
                throw new IllegalStateException("on purpose");
            });
            write(pair.left.openStream(Deadline.NONE), "first");
            write(pair.left.openStream(Deadline.NONE), "second");
            assertThat(read(received.take())).isEqualTo("first");
            assertThat(read(received.take())).isEqualTo("second");
        }
    }

    @Test
    void carriesBytesBothWaysAndEndsEachWayByItself() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            write(ends.left(), "question");
            assertThat(read(ends.right())).isEqualTo("question");
            ends.left().closeWrite();
            assertThat(read(ends.right())).isEqualTo("end");
            assertThat(read(ends.right())).isEqualTo("end");
            write(ends.right(), "answer");
            assertThat(read(ends.left())).isEqualTo("answer");
            ends.right().closeWrite();
            assertThat(read(ends.left())).isEqualTo("end");
            assertThatThrownBy(() -> write(ends.left(), "more")).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void theLastBytesAndTheEndMayBeWrittenTogether() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            ends.left().writeLast(ByteBuffer.wrap("all".getBytes(StandardCharsets.UTF_8)));
            assertThat(read(ends.right())).isEqualTo("all");
            assertThat(read(ends.right())).isEqualTo("end");
            assertThatThrownBy(() -> write(ends.left(), "more")).isInstanceOf(ClosedChannelException.class);
            ends.left().closeWrite();
            write(ends.right(), "answer");
            assertThat(read(ends.left())).isEqualTo("answer");
        }
    }

    @Test
    void carriesMuchInEveryShapeOfTheLink() throws Exception {
        for (long seed = 1; seed <= 12; seed++) {
            byte[] sent = bytes(3_000_000, seed);
            try (MuxedPair pair = pair(MemoryLink.Shape.random(seed))) {
                Ends ends = pair.stream();
                FutureTask<Void> writer = MuxedPair.async(() -> {
                    int at = 0;
                    Random random = new Random(7);
                    while (at < sent.length) {
                        int step = Math.min(sent.length - at, 1 + random.nextInt(200_000));
                        ends.left().write(ByteBuffer.wrap(sent, at, step));
                        at += step;
                    }
                    ends.left().closeWrite();
                    return null;
                });
                byte[] got = readAll(ends.right());
                writer.get();
                assertThat(Arrays.equals(got, sent)).as("seed %s", seed).isTrue();
            }
        }
    }

    @Test
    void handsBytesOnToAStreamOfAnotherConnection() throws Exception {
        for (long seed = 1; seed <= 6; seed++) {
            byte[] sent = bytes(2_000_000, seed);
            try (MuxedPair near = pair(MemoryLink.Shape.random(seed));
                    MuxedPair far = pair(MemoryLink.Shape.random(seed + 100))) {
                Ends first = near.stream();
                Ends second = far.stream();
                Random steps = new Random(seed);
                FutureTask<Void> writer = MuxedPair.async(() -> {
                    int at = 0;
                    while (at < sent.length) {
                        int step = Math.min(sent.length - at, 1 + steps.nextInt(steps.nextInt(4) == 0 ? 200_000 : 100));
                        first.left().write(sent, at, step);
                        at += step;
                    }
                    first.left().closeWrite();
                    return null;
                });
                FutureTask<Integer> between = MuxedPair.async(() -> {
                    Random most = new Random(9);
                    int moved = 0;
                    int count;
                    while ((count = first.right()
                                    .transferTo(second.left(), most.nextInt(8) == 0 ? 1 : Integer.MAX_VALUE))
                            >= 0) {
                        assertThat(count).isPositive();
                        moved += count;
                    }
                    second.left().closeWrite();
                    return moved;
                });
                byte[] got = readAll(second.right());
                writer.get();
                assertThat(between.get()).isEqualTo(sent.length);
                assertThat(Arrays.equals(got, sent)).as("seed %s", seed).isTrue();
            }
        }
    }

    @Test
    void whatIsHandedOnFailsAsTheStreamThatFails() throws Exception {
        try (MuxedPair near = pair();
                MuxedPair far = pair()) {
            Ends first = near.stream();
            Ends second = far.stream();
            write(first.left(), "not read");
            second.left().reset(7);
            assertThatThrownBy(() -> {
                        while (true) {
                            first.right().transferTo(second.left(), 100);
                        }
                    })
                    .isInstanceOf(StreamResetException.class);
            first.right().reset(1); // what was not handed on is kept for a reader
            Ends other = near.stream();
            Ends third = far.stream();
            other.left().reset(9);
            assertThatThrownBy(() -> other.right().transferTo(third.left(), 100))
                    .isInstanceOf(StreamResetException.class);
            write(third.left(), "still there");
            assertThat(read(third.right())).isEqualTo("still there");
        }
    }

    @Test
    void opensStreamsFromBothSides() throws Exception {
        try (MuxedPair pair = pair()) {
            MuxedStream a = pair.left.openStream(Deadline.NONE);
            MuxedStream b = pair.right.openStream(Deadline.NONE);
            MuxedStream bAtLeft = pair.left.acceptStream();
            MuxedStream aAtRight = pair.right.acceptStream();
            write(a, "a");
            write(b, "b");
            assertThat(read(aAtRight)).isEqualTo("a");
            assertThat(read(bAtLeft)).isEqualTo("b");
            assertThat(a.id()).isNotEqualTo(bAtLeft.id());
            assertThat(pair.left.streams()).isEqualTo(2);
            assertThat(pair.right.streams()).isEqualTo(2);
        }
    }

    @Test
    void countsAndEndsStreamsThatBothSidesFinished() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            CountDownLatch ended = new CountDownLatch(2);
            ends.left().onEnd(ended::countDown);
            ends.right().onEnd(ended::countDown);
            ends.left().closeWrite();
            assertThat(read(ends.right())).isEqualTo("end");
            assertThat(ended.getCount()).isEqualTo(2);
            ends.right().closeWrite();
            ended.await();
            assertThat(pair.left.streams()).isZero();
            assertThat(pair.right.streams()).isZero();
            CountDownLatch late = new CountDownLatch(1);
            ends.left().onEnd(late::countDown);
            assertThat(late.getCount())
                    .as("an action that comes late runs at once")
                    .isZero();
        }
    }

    @Test
    void givesLateReadersAllBytesAndTheEnd() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            byte[] sent = bytes(100_000, 3);
            CountDownLatch ended = new CountDownLatch(1);
            ends.right().onEnd(ended::countDown);
            ends.left().write(sent, 0, sent.length);
            ends.left().closeWrite();
            ends.right().closeWrite();
            ended.await();
            CountDownLatch closed = new CountDownLatch(1);
            pair.right.onClose(closed::countDown);
            pair.left.close(0, "bye");
            closed.await();
            assertThat(readAll(ends.right())).isEqualTo(sent);
        }
    }

    @Test
    void resetEndsBothWays() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            FutureTask<String> reader = MuxedPair.async(() -> read(ends.right()));
            ends.left().reset(0x1004);
            assertThatThrownBy(reader::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.isRemote()).isTrue());
            assertThatThrownBy(() -> write(ends.right(), "x")).isInstanceOf(StreamResetException.class);
            assertThatThrownBy(() -> read(ends.left())).isInstanceOfSatisfying(StreamResetException.class, reset -> {
                assertThat(reset.code()).isEqualTo(0x1004);
                assertThat(reset.isRemote()).isFalse();
            });
            assertThatThrownBy(() -> write(ends.left(), "x")).isInstanceOf(StreamResetException.class);
            assertThatThrownBy(() -> ends.left().closeWrite()).isInstanceOf(StreamResetException.class);
        }
    }

    @Test
    void aResetCarriesItsCode() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            FutureTask<String> reader = MuxedPair.async(() -> read(ends.right()));
            ends.left().reset(0x1004);
            assertThatThrownBy(reader::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(0x1004));
        }
    }

    @Test
    void resetDiscardsWhatWasNotReadButNotWhatWasFinished() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends cut = pair.stream();
            write(cut.left(), "half");
            Ends whole = pair.stream();
            write(whole.left(), "whole");
            whole.left().closeWrite();
            Ends marker = pair.stream();
            CountDownLatch ended = new CountDownLatch(2);
            cut.right().onEnd(ended::countDown);
            whole.right().onEnd(ended::countDown);
            write(marker.left(), "all that came before is there");
            read(marker.right());
            cut.left().reset(1);
            whole.left().reset(1);
            ended.await();
            assertThatThrownBy(() -> read(cut.right())).isInstanceOf(StreamResetException.class);
            assertThat(read(whole.right())).isEqualTo("whole");
            assertThat(read(whole.right())).isEqualTo("end");
            assertThatThrownBy(() -> write(whole.right(), "x")).isInstanceOf(StreamResetException.class);
        }
    }

    @Test
    void closeSendsWhatWasWrittenAndForgetsTheRest() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            write(ends.left(), "last words");
            ends.left().close();
            ends.left().close();
            assertThat(read(ends.right())).isEqualTo("last words");
            assertThat(read(ends.right())).isEqualTo("end");
            byte[] ignored = bytes(MUCH, 1);
            ends.right().write(ignored, 0, ignored.length);
            CountDownLatch ended = new CountDownLatch(1);
            ends.left().onEnd(ended::countDown);
            ends.right().closeWrite();
            ended.await();
            assertThatThrownBy(() -> read(ends.left())).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> write(ends.left(), "x")).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void closeReadDiscardsWhatWaitsAndWhatComes() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            FutureTask<String> reader = MuxedPair.async(() -> {
                String all = "";
                while (true) {
                    all += read(ends.left());
                }
            });
            write(ends.right(), "before");
            ends.left().closeRead(5);
            assertThatThrownBy(reader::get).hasCauseInstanceOf(ClosedChannelException.class);
            byte[] ignored = bytes(MUCH, 1);
            ends.right().write(ignored, 0, ignored.length);
            write(ends.left(), "the other way works");
            assertThat(read(ends.right())).isEqualTo("the other way works");
        }
    }

    @Test
    void resetsStreamsThatWereClosedAndThatTheOtherSideNeverFinishes() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            CountDownLatch ended = new CountDownLatch(1);
            ends.left().onEnd(ended::countDown);
            ends.left().close();
            assertThat(read(ends.right())).isEqualTo("end");
            pair.environment.advance(Duration.ofSeconds(59));
            assertThat(ended.getCount()).isEqualTo(1);
            pair.environment.advance(Duration.ofSeconds(2));
            ended.await();
            CountDownLatch other = new CountDownLatch(1);
            ends.right().onEnd(other::countDown);
            other.await();
            assertThat(pair.left.streams()).isZero();
        }
    }

    @Test
    void allowsOneReader() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            Worker<String> reader = Worker.start(() -> read(ends.right()));
            pair.environment.awaitParked(reader.thread());
            assertThatThrownBy(() -> read(ends.right())).isInstanceOf(IllegalStateException.class);
            write(ends.left(), "for the first");
            assertThat(reader.result().get()).isEqualTo("for the first");
        }
    }

    /** Something that makes a stream readable. */
    private interface Change {
        void happen(MuxedPair pair, Ends ends) throws IOException;
    }

    @Test
    void anActionRunsOnceWhenThereIsSomethingToRead() throws Exception {
        List<Change> changes = List.of(
                (pair, ends) -> write(ends.left(), "bytes"),
                (pair, ends) -> ends.left().closeWrite(),
                (pair, ends) -> ends.left().reset(5),
                (pair, ends) -> ends.right().reset(5),
                (pair, ends) -> ends.right().closeRead(5),
                (pair, ends) -> pair.left.close(0, "bye"),
                (pair, ends) -> pair.right.close(0, "bye"));
        for (Change change : changes) {
            try (MuxedPair pair = pair()) {
                Ends ends = pair.stream();
                LinkedBlockingQueue<Boolean> runs = new LinkedBlockingQueue<>();
                Runnable action = () -> runs.add(ends.right().onReadable(() -> runs.add(false)));
                assertThat(ends.right().onReadable(action)).isFalse();
                change.happen(pair, ends);
                assertThat(runs.take()).as("read at once when it runs").isTrue();
                assertThat(runs).isEmpty();
            }
        }
    }

    @Test
    void anActionOfOneStreamThatFailsDoesNoHarmToOthers() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends bad = pair.stream();
            Ends good = pair.stream();
            assertThat(bad.right().onReadable(() -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isFalse();
            write(bad.left(), "x");
            write(good.left(), "y");
            assertThat(read(good.right())).isEqualTo("y");
            assertThat(read(bad.right())).isEqualTo("x");
        }
    }

    @Test
    void anActionAnswersWithoutAThreadThatWaits() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            MuxedStream echo = ends.right();
            byte[] buffer = new byte[100];
            Runnable[] answer = new Runnable[1];
            answer[0] = () -> {
                try {
                    while (echo.onReadable(answer[0])) {
                        int count = echo.read(buffer, 0, buffer.length);
                        if (count < 0) {
                            echo.close();
                            return;
                        }
                        assertThat(echo.isWritable(count)).isTrue();
                        echo.write(buffer, 0, count);
                    }
                } catch (IOException e) {
                    echo.reset(0);
                }
            };
            answer[0].run();
            for (int i = 0; i < 100; i++) {
                write(ends.left(), "message " + i);
                assertThat(read(ends.left())).isEqualTo("message " + i);
            }
            ends.left().closeWrite();
            assertThat(read(ends.left())).isEqualTo("end");
        }
    }

    @Test
    void aStreamHasOneReaderOrOneActionThatWaits() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            assertThat(ends.left().onReadable(() -> {})).isFalse();
            assertThatThrownBy(() -> ends.left().onReadable(() -> {})).isInstanceOf(IllegalStateException.class);
            Worker<String> reader = Worker.start(() -> read(ends.right()));
            pair.environment.awaitParked(reader.thread());
            assertThatThrownBy(() -> ends.right().onReadable(() -> {})).isInstanceOf(IllegalStateException.class);
            write(ends.left(), "for the reader");
            assertThat(reader.result().get()).isEqualTo("for the reader");
        }
    }
}
