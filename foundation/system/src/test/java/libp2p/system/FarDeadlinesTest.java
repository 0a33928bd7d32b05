package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FarDeadlinesTest {
    private static final long SECOND = 1_000_000_000;

    /** Keeps timers for the test to run, and has a clock that the test sets. */
    private static final class Manual extends ForwardingEnvironment {
        record Scheduled(long moment, Runnable task) {}

        final BlockingQueue<Scheduled> scheduled = new LinkedBlockingQueue<>();
        volatile long now = 1;

        Manual() {
            super(SystemEnvironment.shared());
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            Scheduled entry = new Scheduled(now + delayNanos, task);
            scheduled.add(entry);
            return () -> scheduled.remove(entry);
        }
    }

    private final Manual environment = new Manual();
    private final FarDeadlines deadlines = new FarDeadlines(environment);

    private Deadline after(long seconds) {
        return Deadline.after(environment, Duration.ofSeconds(seconds));
    }

    /** Waits until the deadline is near. */
    private boolean await(Deadline deadline) {
        boolean parked = false;
        while (deadlines.park(this, deadline)) {
            parked = true;
        }
        return parked;
    }

    /**
     * A thread that parks, for which a new timer must be set. A thread that has set a timer leaves the table before it
     * parks; this returns when it has come back and is parked.
     */
    private FutureTask<Boolean> park(long seconds, long expectedTimer) throws InterruptedException {
        Deadline deadline = after(seconds);
        FutureTask<Boolean> parked = new FutureTask<>(() -> await(deadline));
        Thread thread = Thread.ofVirtual().start(parked);
        assertThat(awaitParked(thread).moment()).isEqualTo(1 + expectedTimer * SECOND);
        return parked;
    }

    /** Waits until a thread has set a timer, which stays, and is parked. */
    private Manual.Scheduled awaitParked(Thread thread) throws InterruptedException {
        Manual.Scheduled timer = environment.scheduled.take();
        environment.scheduled.add(timer);
        while (LockSupport.getBlocker(thread) != this) {
            Thread.onSpinWait();
        }
        return timer;
    }

    private void runTimer() throws InterruptedException {
        Manual.Scheduled timer = environment.scheduled.take();
        environment.now = timer.moment();
        timer.task().run();
    }

    @Test
    void doesNotParkForADeadlineThatIsNear() {
        assertThat(deadlines.park(this, after(1))).isFalse();
        assertThat(deadlines.park(this, after(0))).isFalse();
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void unparksASecondBeforeTheDeadline() throws Exception {
        FutureTask<Boolean> parked = park(60, 59);
        runTimer();
        assertThat(parked.get()).isTrue();
        assertThat(deadlines.size()).isZero();
        assertThat(environment.scheduled).isEmpty();
    }

    @Test
    void anEarlierDeadlineTakesTheTimerAndTheLaterGetsItBack() throws Exception {
        FutureTask<Boolean> late = park(60, 59);
        Manual.Scheduled first = environment.scheduled.peek();
        FutureTask<Boolean> early = new FutureTask<>(() -> await(after(10)));
        environment.scheduled.clear();
        awaitParked(Thread.ofVirtual().start(early));
        runTimer();
        assertThat(environment.now).isEqualTo(1 + 9 * SECOND);
        assertThat(early.get()).isTrue();
        assertThat(environment.scheduled).hasSize(1);
        runTimer();
        assertThat(environment.now).isEqualTo(1 + 59 * SECOND);
        assertThat(late.get()).isTrue();
        first.task().run(); // cancelled, but as if it had been too late for that
        assertThat(environment.scheduled).isEmpty();
    }

    @Test
    void deadlinesThatAreCloseTogetherShareALook() throws Exception {
        FutureTask<Boolean> second = park(20, 19);
        environment.scheduled.clear();
        FutureTask<Boolean> first = new FutureTask<>(() -> await(new Deadline(1 + 20 * SECOND - 1)));
        awaitParked(Thread.ofVirtual().start(first));
        runTimer();
        assertThat(first.get()).isTrue();
        runTimer();
        assertThat(environment.now).isEqualTo(19 * SECOND + SECOND / 2);
        assertThat(second.get()).isTrue();
    }

    @Test
    void aThousandWaitsSetOneTimer() throws Exception {
        FutureTask<Boolean> all = new FutureTask<>(() -> {
            boolean parked = true;
            for (int i = 0; i < 1000; i++) {
                environment.now++;
                LockSupport.unpark(Thread.currentThread());
                parked &= deadlines.park(this, after(60));
            }
            return parked;
        });
        Thread.ofVirtual().start(all);
        assertThat(all.get()).isTrue();
        assertThat(environment.scheduled).hasSize(1);
        runTimer();
        assertThat(environment.scheduled).isEmpty();
    }

    /** The lock of the timers was held by another thread, so that this one parked for it, with the permit of a signal. */
    @Test
    void aSignalThatComesWhileATimerIsSetIsNotLost() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            Deadline deadline = after(60);
            boolean[] signalled = {false};
            FarDeadlines contended = new FarDeadlines(new ForwardingEnvironment(environment) {
                @Override
                public Timer schedule(long delayNanos, Runnable task) {
                    signalled[0] = true;
                    LockSupport.unpark(Thread.currentThread());
                    LockSupport.park(this);
                    return environment.schedule(delayNanos, task);
                }
            });
            while (!signalled[0]) {
                contended.park(this, deadline);
            }
            return signalled[0];
        });
        Thread.ofVirtual().start(waiting);
        assertThat(waiting.get()).isTrue();
    }

    @Test
    void withoutTimersItIsLeftToTheJdk() throws Exception {
        SystemEnvironment closed = SystemEnvironment.create();
        closed.close();
        FarDeadlines ended = new FarDeadlines(closed);
        ended.park(this, Deadline.after(closed, Duration.ofMinutes(1)));
        assertThat(ended.park(this, Deadline.after(closed, Duration.ofMinutes(1))))
                .isFalse();
    }
}
