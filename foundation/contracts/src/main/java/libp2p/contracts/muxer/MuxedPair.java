package libp2p.contracts.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;

/** Two muxed ends of a link. Closing it checks that nothing is left: no thread, no timer, no memory. */
public final class MuxedPair implements AutoCloseable {
    /** Clock and threads of both ends. */
    public final TestEnvironment environment = new TestEnvironment();
    /** Memory and streams that are charged to the left end. */
    public final TestScope leftScope = new TestScope();
    /** Memory and streams that are charged to the right end. */
    public final TestScope rightScope = new TestScope();
    /** The link between the two ends. */
    public final MemoryLink link;
    /** The end that opens streams in {@link #stream()}. */
    public final MuxedConnection left;
    /** The end that accepts them. */
    public final MuxedConnection right;

    private final Runnable leftovers;

    /** @param leftovers runs when both ends are closed; throws if the muxer keeps something */
    public MuxedPair(Muxer muxer, MemoryLink.Shape shape, Runnable leftovers) {
        this.leftovers = leftovers;
        this.link = new MemoryLink(environment, shape);
        this.left = muxer.mux(environment, link.left(), true, leftScope);
        this.right = muxer.mux(environment, link.right(), false, rightScope);
    }

    /**
     * A stream from left to right, as both ends see it.
     *
     * @param left the end that opened it
     * @param right the end that accepted it
     */
    public record Ends(MuxedStream left, MuxedStream right) {}

    /** Opens a stream from left to right and accepts it; blocks until the other end has it. */
    public Ends stream() throws IOException {
        MuxedStream opened = left.openStream(Deadline.NONE);
        return new Ends(opened, right.acceptStream());
    }

    /** Runs on another virtual thread. */
    public static <T> FutureTask<T> async(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    /**
     * Runs a call on a virtual thread that the test can interrupt.
     *
     * @param thread on which the call runs
     * @param result of the call
     */
    public record Worker<T>(Thread thread, FutureTask<T> result) {
        /** Starts a call on a virtual thread of its own. */
        public static <T> Worker<T> start(Callable<T> call) {
            FutureTask<T> task = new FutureTask<>(call);
            return new Worker<>(Thread.ofVirtual().start(task), task);
        }
    }

    @Override
    public void close() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        left.onClose(closed::countDown);
        right.onClose(closed::countDown);
        left.close(0, "the test is over");
        closed.await();
        environment.awaitQuiet();
        assertThat(leftScope.used()).as("memory of the left end").isZero();
        assertThat(rightScope.used()).as("memory of the right end").isZero();
        assertThat(link.isClosed()).as("both ends of the link are closed").isTrue();
        leftovers.run();
    }
}
