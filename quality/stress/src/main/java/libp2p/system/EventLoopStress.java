package libp2p.system;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** Two threads give an event loop tasks while it is about to wait: it wakes up, and runs each once. */
@JCStressTest
@Outcome(id = "true, 2", expect = Expect.ACCEPTABLE, desc = "both tasks were run")
@Outcome(id = "false, .*", expect = Expect.FORBIDDEN, desc = "a task was lost, or the loop was not woken")
@Outcome(expect = Expect.FORBIDDEN, desc = "a task was run twice")
@State
public class EventLoopStress {
    /** One for all states, as each loop holds descriptors. */
    private static final EventLoop LOOP = start();

    /** After it a task has been run, or never will be. */
    private static final int LONG_SECONDS = 60;

    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(2);

    private static EventLoop start() {
        try {
            return EventLoop.start("stress");
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void task() {
        runs.incrementAndGet();
        done.countDown();
    }

    @Actor
    public void one() {
        LOOP.execute(this::task);
    }

    @Actor
    public void other() {
        LOOP.execute(this::task);
    }

    @Arbiter
    public void count(ZI_Result result) {
        try {
            result.r1 = done.await(LONG_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        result.r2 = runs.get();
    }
}
