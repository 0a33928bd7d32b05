package libp2p.testkit.transport;

import static libp2p.testkit.transport.TransportPair.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.testkit.transport.TransportPair.Ends;

/** Cases of deadlines, interrupts, and writers whose bytes are not read, for every stream. */
final class StreamTimeCases {
    private static final int MORE_THAN_ANY_WINDOW = 32 << 20;
    private static final long CODE = 0x1234;

    private StreamTimeCases() {}

    static void aReadDeadlineThatHasPassedEndsReadsUntilItIsChanged(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().readDeadline(pair.past());
        TransportPair.fails(DeadlineExceededException.class, () -> ends.near().read(new byte[1], 0, 1));
        ends.far().write(new byte[] {3});
        ends.far().closeWrite();
        CountDownLatch came = new CountDownLatch(1);
        ends.near().onRemoteEnd(came::countDown);
        came.await();
        TransportPair.fails(DeadlineExceededException.class, () -> ends.near().read(new byte[1], 0, 1));
        ends.near().readDeadline(Deadline.NONE);
        assertThat(ends.near().input().readAllBytes()).containsExactly(3);
    }

    static void aReadThatWaitsEndsWithItsDeadline(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().readDeadline(Deadline.after(pair.client.environment(), Duration.ofMillis(1)));
        ends.near().readTimeout(Duration.ofHours(1));
        TransportPair.fails(DeadlineExceededException.class, () -> ends.near().read(new byte[1], 0, 1));
    }

    static void aLateWriteLeavesOnlyReadingAndReset(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> writer = async(() -> {
            ends.near().writeDeadline(Deadline.after(pair.client.environment(), Duration.ofMillis(300)));
            try {
                ends.near().write(new byte[MORE_THAN_ANY_WINDOW]);
                return -1;
            } catch (DeadlineExceededException late) {
                return late.bytesTransferred;
            }
        });
        assertThat(writer.get()).isBetween(1, MORE_THAN_ANY_WINDOW - 1);
        ends.near().writeDeadline(Deadline.NONE);
        TransportPair.fails(IOException.class, () -> ends.near().write(new byte[1]));
        TransportPair.fails(IOException.class, () -> ends.near().closeWrite());
        ends.far().write(new byte[] {3});
        assertThat(ends.near().input().read()).isEqualTo(3);
        ends.near().close();
        assertThatThrownBy(() -> ends.far().input().readAllBytes()).isInstanceOf(StreamResetException.class);
    }

    static void aWriteDeadlineThatHasPassedTakesNothing(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().writeDeadline(pair.past());
        assertThatThrownBy(() -> ends.near().write(new byte[1])).isExactlyInstanceOf(DeadlineExceededException.class);
        TransportPair.fails(IOException.class, () -> ends.near().write(new byte[1]));
    }

    static void anInterruptedWriteSaysHowMuchWasTaken(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> task = new FutureTask<>(() -> {
            try {
                ends.near().write(new byte[MORE_THAN_ANY_WINDOW]);
                return -1;
            } catch (InterruptedIOException e) {
                return Thread.currentThread().isInterrupted() ? e.bytesTransferred : -2;
            }
        });
        Thread writer = Thread.ofVirtual().start(task);
        assertThat(ends.far().input().read()).isZero();
        writer.interrupt();
        assertThat(task.get()).isBetween(1, MORE_THAN_ANY_WINDOW - 1);
        TransportPair.fails(IOException.class, () -> ends.near().write(new byte[1]));
    }

    static void veryLongTimeoutsAreForEverAndNegativeOnesAreRefused(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().readTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        ends.near().writeTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        ends.near().write(new byte[] {1});
        ends.far().write(new byte[] {2});
        assertThat(ends.near().input().read()).isEqualTo(2);
        for (Stream stream : List.of(ends.near(), ends.far())) {
            assertThatThrownBy(() -> stream.readTimeout(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> stream.writeTimeout(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A writer in the middle of more than any window and queue can hold, of which only one byte is ever read. */
    private static FutureTask<Void> blockedWriter(Ends ends) throws IOException {
        FutureTask<Void> writer = async(() -> {
            ends.near().write(new byte[MORE_THAN_ANY_WINDOW]);
            return null;
        });
        assertThat(ends.far().input().read()).isZero();
        return writer;
    }

    static void aResetEndsAWriterThatIsNotRead(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Void> writer = blockedWriter(ends);
        ends.far().reset(CODE);
        assertThatThrownBy(writer::get).hasCauseInstanceOf(StreamResetException.class);
    }

    static void aCloseOfTheStreamEndsItsBlockedWriter(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Void> writer = blockedWriter(ends);
        ends.near().close();
        assertThatThrownBy(writer::get).hasCauseInstanceOf(IOException.class);
    }

    static void aCloseOfTheConnectionEndsItsBlockedWriter(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Void> writer = blockedWriter(ends);
        ends.near().connection().close(0, "in the middle");
        assertThatThrownBy(writer::get).hasCauseInstanceOf(IOException.class);
    }

    static void anInterruptEndsOnlyTheWaitOfItsCaller(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch reading = new CountDownLatch(1);
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            reading.countDown();
            try {
                ends.near().read(new byte[1], 0, 1);
                return false;
            } catch (InterruptedIOException e) {
                return Thread.currentThread().isInterrupted();
            }
        });
        Thread reader = Thread.ofVirtual().start(task);
        reading.await();
        reader.interrupt();
        assertThat(task.get()).as("interrupted, with the flag kept").isTrue();
        ends.far().write(new byte[] {3});
        assertThat(ends.near().input().read()).isEqualTo(3);
    }

    static void aLateReadLeavesTheStreamAsItWas(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().readTimeout(Duration.ofMillis(1));
        assertThatThrownBy(() -> ends.near().read(new byte[1], 0, 1)).isInstanceOf(DeadlineExceededException.class);
        ends.near().readTimeout(Duration.ZERO);
        ends.far().write(new byte[] {3});
        assertThat(ends.near().input().read()).isEqualTo(3);
    }
}
