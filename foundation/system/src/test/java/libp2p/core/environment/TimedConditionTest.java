package libp2p.core.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimedConditionTest {
    private final ParkObserver environment = new ParkObserver();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition condition = new TimedCondition(environment, lock);
    private final List<Waiting> started = new ArrayList<>();

    /** How a wait ended. */
    private record Outcome(boolean signalled, boolean exception, boolean flag, boolean held) {}

    private record Waiting(Thread thread, FutureTask<Outcome> outcome) {}

    @AfterEach
    void everyWaitHasEnded() {
        assertThat(started).allMatch(waiting -> waiting.outcome.isDone());
        assertThat(lock.isLocked()).isFalse();
        lock.lock();
        assertThat(condition.hasWaiters()).isFalse();
        lock.unlock();
    }

    private Waiting startWaiting(Deadline deadline) throws InterruptedException {
        FutureTask<Outcome> outcome = new FutureTask<>(() -> {
            lock.lock();
            boolean signalled = false;
            boolean exception = false;
            try {
                signalled = condition.await(deadline);
            } catch (InterruptedException interrupted) {
                exception = true;
            }
            boolean held = lock.isHeldByCurrentThread();
            lock.unlock();
            return new Outcome(signalled, exception, Thread.interrupted(), held);
        });
        Waiting waiting = new Waiting(environment.start("waiting", outcome), outcome);
        started.add(waiting);
        environment.awaitParks(1);
        return waiting;
    }

    private void signal() {
        lock.lock();
        condition.signal();
        lock.unlock();
    }

    @Test
    void aSignalEndsTheWaitWithTheLockHeld() throws Exception {
        Waiting waiting = startWaiting(Deadline.NONE);
        signal();
        assertThat(waiting.outcome.get()).isEqualTo(new Outcome(true, false, false, true));
    }

    @Test
    void theDeadlineEndsTheWait() throws Exception {
        Waiting waiting = startWaiting(Deadline.after(environment, Duration.ofHours(1)));
        environment.shiftNanos = Duration.ofHours(2).toNanos();
        LockSupport.unpark(waiting.thread);
        assertThat(waiting.outcome.get()).isEqualTo(new Outcome(false, false, false, true));
    }

    @Test
    void aDeadlineInThePastEndsTheWaitAtOnce() throws Exception {
        Waiting waiting = startWaiting(new Deadline(1));
        assertThat(waiting.outcome.get()).isEqualTo(new Outcome(false, false, false, true));
    }

    @Test
    void anInterruptEndsTheWaitWithAnExceptionAndTheFlagCleared() throws Exception {
        Waiting waiting = startWaiting(Deadline.NONE);
        waiting.thread.interrupt();
        assertThat(waiting.outcome.get()).isEqualTo(new Outcome(false, true, false, true));
    }

    @Test
    void anInterruptBeforeTheWaitEndsIt() throws Exception {
        FutureTask<Boolean> held = new FutureTask<>(() -> {
            lock.lock();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> condition.await(Deadline.NONE)).isInstanceOf(InterruptedException.class);
            boolean result = lock.isHeldByCurrentThread() && !condition.hasWaiters() && !Thread.interrupted();
            lock.unlock();
            return result;
        });
        environment.start("interrupted", held);
        assertThat(held.get()).isTrue();
    }

    @Test
    void aSignalBesideAnInterruptIsNotLost() throws Exception {
        Waiting waiting = startWaiting(Deadline.NONE);
        lock.lock(); // the waiter cannot come back until both have happened
        waiting.thread.interrupt();
        condition.signal();
        lock.unlock();
        assertThat(waiting.outcome.get()).isEqualTo(new Outcome(true, false, true, true));
    }

    @Test
    void aSignalBesideTheDeadlineIsNotLost() throws Exception {
        Waiting waiting = startWaiting(Deadline.after(environment, Duration.ofHours(1)));
        lock.lock();
        environment.shiftNanos = Duration.ofHours(2).toNanos();
        LockSupport.unpark(waiting.thread);
        condition.signal();
        lock.unlock();
        assertThat(waiting.outcome.get().signalled()).isTrue();
    }

    @Test
    void aSignalAfterTheDeadlineGoesToTheNextWaiter() throws Exception {
        Waiting late = startWaiting(Deadline.after(environment, Duration.ofHours(1)));
        environment.shiftNanos = Duration.ofHours(2).toNanos();
        LockSupport.unpark(late.thread);
        assertThat(late.outcome.get().signalled()).isFalse();
        Waiting next = startWaiting(Deadline.NONE);
        signal();
        assertThat(next.outcome.get().signalled()).isTrue();
    }

    @Test
    void wakesWaitersInTheOrderInWhichTheyCame() throws Exception {
        List<Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(startWaiting(Deadline.NONE));
        }
        for (int i = 0; i < 5; i++) {
            signal();
            assertThat(waiting.get(i).outcome.get().signalled()).isTrue();
            assertThat(waiting.subList(i + 1, 5)).noneMatch(later -> later.outcome.isDone());
        }
    }

    @Test
    void wakesAllAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            startWaiting(Deadline.NONE);
        }
        lock.lock();
        condition.signalAll();
        assertThat(condition.hasWaiters()).isFalse();
        lock.unlock();
        for (Waiting waiting : started) {
            assertThat(waiting.outcome.get().signalled()).isTrue();
        }
    }

    @Test
    void aWakeUpForNoReasonDoesNotEndTheWait() throws Exception {
        Waiting waiting = startWaiting(Deadline.NONE);
        LockSupport.unpark(waiting.thread);
        environment.awaitParks(1); // it went back to sleep
        assertThat(waiting.outcome.isDone()).isFalse();
        signal();
        assertThat(waiting.outcome.get().signalled()).isTrue();
    }

    @Test
    void signalsWithoutWaitersDoNothing() {
        signal();
        lock.lock();
        condition.signalAll();
        lock.unlock();
    }

    /** A bounded queue with one item of room: a lost wake-up would stop it. */
    @Test
    void loosesNoWakeUpAmongSixteenThreads() throws Exception {
        SystemEnvironment system = SystemEnvironment.shared();
        TimedCondition notFull = new TimedCondition(system, lock);
        TimedCondition notEmpty = new TimedCondition(system, lock);
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        int each = 5_000;
        List<FutureTask<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(new FutureTask<>(() -> {
                for (int n = 1; n <= each; n++) {
                    lock.lock();
                    try {
                        while (!queue.isEmpty()) {
                            notFull.await(Deadline.NONE);
                        }
                        queue.add(n);
                        notEmpty.signal();
                    } finally {
                        lock.unlock();
                    }
                }
                return 0L;
            }));
            tasks.add(new FutureTask<>(() -> {
                long sum = 0;
                for (int n = 0; n < each; n++) {
                    lock.lock();
                    try {
                        while (queue.isEmpty()) {
                            notEmpty.await(Deadline.NONE);
                        }
                        sum += queue.remove();
                        notFull.signal();
                    } finally {
                        lock.unlock();
                    }
                }
                return sum;
            }));
        }
        tasks.forEach(task -> system.start("worker", task));
        long sum = 0;
        for (FutureTask<Long> task : tasks) {
            sum += task.get();
        }
        assertThat(sum).isEqualTo(8L * each * (each + 1) / 2);
    }
}
