package libp2p.muxers.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.support.MuxedPair.Ends;
import libp2p.muxers.support.MuxedPair.Worker;
import org.junit.jupiter.api.Test;

/** The contract of every muxer; each takes it as a {@link libp2p.core.testing.Harness}. */
public abstract class MuxerContract {
    /** More than any window, queue and pipe on the way holds at first. */
    protected static final int MUCH = 8 << 20;

    protected abstract MuxedPair pair(MemoryLink.Shape shape);

    private MuxedPair pair() {
        return pair(MemoryLink.Shape.PLAIN);
    }

    protected static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static byte[] readAll(MuxedStream stream) throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[10_000];
        int count;
        while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }

    private static void write(MuxedStream stream, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        stream.write(bytes, 0, bytes.length);
    }

    private static String read(MuxedStream stream) throws IOException {
        byte[] buffer = new byte[100];
        int count = stream.read(buffer, 0, buffer.length);
        return count < 0 ? "end" : new String(buffer, 0, count, UTF_8);
    }

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
                    .hasCauseInstanceOf(StreamResetException.class)
                    .satisfies(e -> assertThat(((StreamResetException) e.getCause()).isRemote())
                            .isTrue());
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

    @Test
    void aStreamTellsWhetherAWriteWouldWait() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            assertThat(ends.left().isWritable(1000)).isTrue();
            assertThat(ends.left().isWritable(MUCH)).isFalse();
            ends.left().reset(0);
            assertThat(ends.left().isWritable(MUCH)).as("it fails at once").isTrue();
        }
    }

    @Test
    void allowsOneWriter() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            byte[] much = bytes(MUCH, 1);
            Worker<Void> writer = Worker.start(() -> {
                ends.left().write(much, 0, much.length);
                return null;
            });
            pair.environment.awaitParked(writer.thread());
            assertThatThrownBy(() -> write(ends.left(), "x")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ends.left().closeWrite()).isInstanceOf(IllegalStateException.class);
            ends.left().close();
            assertThatThrownBy(() -> writer.result().get()).hasCauseInstanceOf(StreamResetException.class);
        }
    }

    @Test
    void anInterruptEndsOnlyTheWaitOfAReader() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            Worker<Boolean> reader = Worker.start(() -> {
                try {
                    read(ends.right());
                    return false;
                } catch (DeadlineExceededException e) {
                    return false;
                } catch (InterruptedIOException e) {
                    return Thread.currentThread().isInterrupted();
                }
            });
            pair.environment.awaitParked(reader.thread());
            reader.thread().interrupt();
            assertThat(reader.result().get())
                    .as("interrupted, with the flag kept")
                    .isTrue();
            write(ends.left(), "goes on");
            assertThat(read(ends.right())).isEqualTo("goes on");
        }
    }

    @Test
    void aReadThatIsLateLeavesTheStreamAsItWas() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            ends.right().readTimeout(Duration.ofSeconds(3));
            Worker<String> reader = Worker.start(() -> read(ends.right()));
            pair.environment.awaitParked(reader.thread());
            pair.environment.advance(Duration.ofSeconds(2));
            assertThat(reader.result().isDone()).isFalse();
            pair.environment.advance(Duration.ofSeconds(2));
            assertThatThrownBy(() -> reader.result().get()).hasCauseInstanceOf(DeadlineExceededException.class);
            write(ends.left(), "late");
            assertThat(read(ends.right())).isEqualTo("late");
        }
    }

    @Test
    void aWriteThatIsCutShortLeavesOnlyReadingAndReset() throws Exception {
        for (boolean interrupt : new boolean[] {true, false}) {
            try (MuxedPair pair = pair()) {
                Ends ends = pair.stream();
                ends.left().writeTimeout(Duration.ofSeconds(3));
                byte[] much = bytes(MUCH, 1);
                Worker<Integer> writer = Worker.start(() -> {
                    try {
                        ends.left().write(much, 0, much.length);
                        return -1;
                    } catch (DeadlineExceededException e) {
                        return interrupt ? -2 : e.bytesTransferred;
                    } catch (InterruptedIOException e) {
                        return interrupt && Thread.currentThread().isInterrupted() ? e.bytesTransferred : -3;
                    }
                });
                pair.environment.awaitParked(writer.thread());
                if (interrupt) {
                    writer.thread().interrupt();
                } else {
                    pair.environment.advance(Duration.ofSeconds(4));
                }
                assertThat(writer.result().get()).isBetween(1, MUCH - 1);
                assertThatThrownBy(() -> write(ends.left(), "x")).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> ends.left().closeWrite()).isInstanceOf(IOException.class);
                write(ends.right(), "still heard");
                assertThat(read(ends.left())).isEqualTo("still heard");
                ends.left().close();
                assertThatThrownBy(() -> readAll(ends.right())).isInstanceOf(StreamResetException.class);
            }
        }
    }

    @Test
    void aSlowReaderHoldsNobodyElseUp() throws Exception {
        othersAreServedBesideASlowReader(1 << 20, false);
    }

    @Test
    void aWriterWaitsForItsReaderAndNobodyElseDoes() throws Exception {
        othersAreServedBesideASlowReader(MUCH, true);
    }

    private void othersAreServedBesideASlowReader(int count, boolean writerWaits) throws Exception {
        try (MuxedPair pair = pair()) {
            Ends slow = pair.stream();
            byte[] much = bytes(count, 1);
            Worker<Void> writer = Worker.start(() -> {
                slow.left().write(much, 0, much.length);
                slow.left().closeWrite();
                return null;
            });
            if (writerWaits) {
                pair.environment.awaitParked(writer.thread());
            }
            for (int i = 0; i < 20; i++) {
                Ends quick = pair.stream();
                write(quick.left(), "ping");
                assertThat(read(quick.right())).isEqualTo("ping");
                quick.left().close();
                quick.right().close();
            }
            assertThat(readAll(slow.right())).isEqualTo(much);
            writer.result().get();
        }
    }

    @Test
    void twoApplicationsThatBothStopReadingDoNotStopTheConnection() throws Exception {
        try (MuxedPair pair = pair(new MemoryLink.Shape(65519, 4096, 0))) {
            List<Worker<Void>> writers = new ArrayList<>();
            List<Ends> stuck = new ArrayList<>();
            byte[] much = bytes(1 << 20, 1);
            for (int i = 0; i < 20; i++) {
                Ends ends = pair.stream();
                stuck.add(ends);
                for (MuxedStream stream : List.of(ends.left(), ends.right())) {
                    writers.add(Worker.start(() -> {
                        stream.write(much, 0, much.length);
                        return null;
                    }));
                }
            }
            for (Worker<Void> writer : writers) {
                pair.environment.awaitParked(writer.thread());
            }
            Ends quick = pair.stream();
            write(quick.left(), "still alive");
            byte[] received = new byte[11]; // it may come in two records
            for (int count = 0; count < received.length; ) {
                count += quick.right().read(received, count, received.length - count);
            }
            assertThat(received).asString(UTF_8).isEqualTo("still alive");
            for (Ends ends : stuck) {
                FutureTask<Integer> left = MuxedPair.async(() -> drain(ends.left(), much.length));
                assertThat(drain(ends.right(), much.length)).isEqualTo(much.length);
                assertThat(left.get()).isEqualTo(much.length);
            }
            for (Worker<Void> writer : writers) {
                writer.result().get();
            }
        }
    }

    private static int drain(MuxedStream stream, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        int all = 0;
        while (all < count) {
            buffer.clear();
            all += stream.read(buffer);
        }
        return all;
    }

    @Test
    void closingTheConnectionEndsEverybodysWait() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            FutureTask<String> reader = MuxedPair.async(() -> read(ends.right()));
            FutureTask<String> localReader = MuxedPair.async(() -> read(ends.left()));
            FutureTask<MuxedStream> acceptor = MuxedPair.async(() -> pair.right.acceptStream());
            pair.left.close(0x1006, "shutting down");
            for (FutureTask<?> task : List.of(reader, localReader, acceptor)) {
                assertThatThrownBy(task::get).hasCauseInstanceOf(ConnectionClosedException.class);
            }
            assertThatThrownBy(() -> pair.left.openStream(Deadline.NONE)).isInstanceOf(ConnectionClosedException.class);
            assertThatThrownBy(() -> pair.right.openStream(Deadline.NONE))
                    .isInstanceOf(ConnectionClosedException.class);
            assertThat(pair.left.closeReason().code()).isEqualTo(0x1006);
            assertThat(pair.left.closeReason().remote()).isFalse();
            assertThat(pair.right.closeReason().remote()).isTrue();
            assertThat(pair.left.streams()).isZero();
        }
    }

    @Test
    void aCloseCarriesItsCode() throws Exception {
        try (MuxedPair pair = pair()) {
            CountDownLatch closed = new CountDownLatch(1);
            pair.right.onClose(closed::countDown);
            pair.left.close(0x1006, "shutting down");
            closed.await();
            assertThat(pair.right.closeReason().code()).isEqualTo(0x1006);
        }
    }

    @Test
    void sendsWhatWasWrittenBeforeTheConnectionIsClosed() throws Exception {
        try (MuxedPair pair = pair(new MemoryLink.Shape(1000, 100, 0))) {
            Ends ends = pair.stream();
            byte[] sent = bytes(30_000, 5);
            ends.left().write(sent, 0, sent.length);
            ends.left().closeWrite();
            pair.left.close(0, "done");
            assertThat(readAll(ends.right())).isEqualTo(sent);
        }
    }

    @Test
    void refusesNonsense() throws Exception {
        try (MuxedPair pair = pair()) {
            Ends ends = pair.stream();
            assertThatThrownBy(() -> ends.left().reset(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ends.left().closeRead(1L << 32)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ends.left().read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(java.nio.ReadOnlyBufferException.class);
            assertThatThrownBy(() -> ends.left().read(new byte[1], 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(ends.left().read(new byte[0], 0, 0)).isZero();
            ends.left().write(new byte[0], 0, 0);
        }
    }

    @Test
    void carriesTenThousandStreamsOneAfterTheOther() throws Exception {
        try (MuxedPair pair = pair()) {
            FutureTask<Void> server = MuxedPair.async(() -> {
                for (int i = 0; i < 10_000; i++) {
                    MuxedStream stream = pair.right.acceptStream();
                    write(stream, read(stream));
                    stream.close();
                }
                return null;
            });
            for (int i = 0; i < 10_000; i++) {
                MuxedStream stream = pair.left.openStream(Deadline.NONE);
                write(stream, "n" + i);
                assertThat(read(stream)).isEqualTo("n" + i);
                stream.close();
            }
            server.get();
        }
    }

    @Test
    void carriesTwoHundredStreamsAtATime() throws Exception {
        carriesStreamsAtATime(200);
    }

    @Test
    void carriesAThousandStreamsAtATime() throws Exception {
        carriesStreamsAtATime(1000);
    }

    private void carriesStreamsAtATime(int count) throws Exception {
        try (MuxedPair pair = pair()) {
            FutureTask<Void> server = MuxedPair.async(() -> {
                for (int i = 0; i < count; i++) {
                    MuxedStream stream = pair.right.acceptStream();
                    MuxedPair.async(() -> {
                        byte[] all = readAll(stream);
                        stream.write(all, 0, all.length);
                        stream.close();
                        return null;
                    });
                }
                return null;
            });
            List<FutureTask<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] sent = bytes(2000 + i, i);
                clients.add(MuxedPair.async(() -> {
                    MuxedStream stream = pair.left.openStream(Deadline.NONE);
                    stream.write(sent, 0, sent.length);
                    stream.closeWrite();
                    boolean equal = Arrays.equals(sent, readAll(stream));
                    stream.close();
                    return equal;
                }));
            }
            for (FutureTask<Boolean> client : clients) {
                assertThat(client.get()).isTrue();
            }
            server.get();
        }
    }
}
