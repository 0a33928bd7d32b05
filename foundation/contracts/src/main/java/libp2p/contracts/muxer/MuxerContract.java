package libp2p.contracts.muxer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import libp2p.contracts.muxer.MuxedPair.Ends;
import libp2p.contracts.muxer.MuxedPair.Worker;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of every muxer. A test class of a muxer inherits it; the cases run between two ends in memory, on
 * simulated time, and check at the end that no thread, timer, memory or stream is left.
 *
 * <pre>{@code
 * @Harness("mine")
 * class MyMuxerTest extends MuxerContract {
 *     @Override
 *     protected Muxer muxer() {
 *         return new MyMuxer();
 *     }
 * }
 * }</pre>
 *
 * A case that a muxer cannot do is excused by a line of a resource, see {@link libp2p.contracts.Harness}.
 */
public abstract class MuxerContract extends MuxerStreamCases {
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
    void aSlowReaderHoldsNoOtherStreamUp() throws Exception {
        othersAreServedBesideASlowReader(1 << 20, false);
    }

    @Test
    void aWriterWaitsForItsReaderAndNoOtherDoes() throws Exception {
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
    void closingTheConnectionEndsEveryWait() throws Exception {
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
            assertThat(Objects.requireNonNull(pair.left.closeReason()).code()).isEqualTo(0x1006);
            assertThat(Objects.requireNonNull(pair.left.closeReason()).remote()).isFalse();
            assertThat(Objects.requireNonNull(pair.right.closeReason()).remote())
                    .isTrue();
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
            assertThat(Objects.requireNonNull(pair.right.closeReason()).code()).isEqualTo(0x1006);
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
