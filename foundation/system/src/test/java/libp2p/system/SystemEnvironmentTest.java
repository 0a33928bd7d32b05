package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemEnvironmentTest {
    private final SystemEnvironment environment = SystemEnvironment.create();

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void timeStartsAboveZeroAndNeverGoesBack() {
        long last = environment.nanoTime();
        assertThat(last).isPositive();
        for (int i = 0; i < 10_000; i++) {
            long now = environment.nanoTime();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
    }

    @Test
    void startsNamedVirtualThreads() throws Exception {
        CompletableFuture<Thread> running = new CompletableFuture<>();
        Thread started = environment.start("name", () -> running.complete(Thread.currentThread()));
        assertThat(running.get()).isSameAs(started);
        assertThat(started.isVirtual()).isTrue();
        assertThat(started.getName()).isEqualTo("name");
    }

    @Test
    void threadsThatGiveWayLetOthersRunHoweverMuchTheyHaveToDo() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            busy.add(environment.start("busy", () -> {
                while (!over.get()) {
                    environment.yieldCarrier();
                }
            }));
        }
        environment.start("late", () -> over.set(true)).join();
        for (Thread thread : busy) {
            thread.join();
        }
    }

    @Test
    void anExceptionEndsOnlyItsThread() throws Exception {
        Thread failing = environment.start("failing", () -> {
            throw new IllegalStateException("on purpose");
        });
        failing.join();
        environment.start("next", () -> {}).join();
    }

    @Test
    void aTimerRunsOnAVirtualThread() throws Exception {
        CompletableFuture<Thread> running = new CompletableFuture<>();
        long before = environment.nanoTime();
        environment.schedule(1_000_000, () -> running.complete(Thread.currentThread()));
        assertThat(running.get().isVirtual()).isTrue();
        assertThat(environment.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void aTimerThatIsCancelledIsForgottenAtOnce() {
        SystemTimers timers = new SystemTimers(Runnable::run);
        try {
            Timer timer = timers.schedule(Duration.ofHours(1).toNanos(), () -> {});
            timers.schedule(Long.MAX_VALUE, () -> {});
            assertThat(timers.waiting()).isEqualTo(2);
            timer.cancel();
            timer.cancel();
            assertThat(timers.waiting()).isEqualTo(1);
        } finally {
            timers.close();
        }
    }

    @Test
    void aTimerThatIsCancelledBeforeItsThreadStartsDoesNotRun() throws Exception {
        CompletableFuture<Runnable> due = new CompletableFuture<>();
        SystemTimers timers = new SystemTimers(due::complete);
        try {
            AtomicBoolean ran = new AtomicBoolean();
            Timer timer = timers.schedule(0, () -> ran.set(true));
            Runnable start = due.get();
            timer.cancel();
            start.run();
            assertThat(ran).isFalse();
        } finally {
            timers.close();
        }
    }

    @Test
    void aSlowTimerHoldsNoOtherUp() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> second = new CompletableFuture<>();
        environment.schedule(0, () -> {
            try {
                release.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        environment.schedule(1, () -> second.complete(null));
        second.get();
        release.countDown();
    }

    @Test
    void refusesNegativeDelays() {
        assertThatThrownBy(() -> environment.schedule(-1, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parkingEndsByUnparkDeadlineOrInterrupt() throws Exception {
        environment.park(this, new Deadline(1));
        environment.park(this, Deadline.afterNanos(environment, 1_000_000));
        Thread unparked = environment.start("unparked", () -> environment.park(this, Deadline.NONE));
        LockSupport.unpark(unparked);
        unparked.join();
        Thread interrupted = environment.start("interrupted", () -> environment.park(this, Deadline.NONE));
        interrupted.interrupt();
        interrupted.join();
    }

    @Test
    void offloadsToPlatformThreadsAndReturnsTheResult() throws Exception {
        Thread worker = environment.offload(Thread::currentThread);
        assertThat(worker.isVirtual()).isFalse();
        assertThat(worker.isDaemon()).isTrue();
        assertThat(environment.<Thread>offload(() -> environment.offload(Thread::currentThread)))
                .matches(thread -> !thread.isVirtual());
    }

    @Test
    void anOffloadedCallThrowsWhatItThrows() {
        assertThatThrownBy(() -> environment.offload(() -> {
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk");
        assertThatThrownBy(() -> environment.offload(() -> {
                    throw new AssertionError("bug");
                }))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void anInterruptEndsTheWaitForAnOffloadedCallButNotTheCall() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> callEnded = new CompletableFuture<>();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = environment.start("caller", () -> {
            try {
                environment.offload(() -> {
                    entered.countDown();
                    release.await();
                    return callEnded.complete(Thread.currentThread().isInterrupted());
                });
            } catch (Exception failure) {
                outcome.complete(failure);
            }
        });
        entered.await();
        caller.interrupt();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(callEnded).isNotDone();
        release.countDown();
        assertThat(callEnded.get()).isFalse();
    }

    @Test
    void theQueueOfOffloadedCallsIsBounded() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        OffloadPool pool = new OffloadPool("test", 1, 1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var running = callers.submit(() -> pool.call(
                        () -> {
                            entered.countDown();
                            release.await();
                            return 1;
                        },
                        Deadline.NONE,
                        environment));
                entered.await();
                // waits in the queue until its deadline, then is taken out of it and never runs
                AtomicBoolean ran = new AtomicBoolean();
                assertThatThrownBy(() -> pool.call(
                                () -> {
                                    ran.set(true);
                                    return 2;
                                },
                                Deadline.afterNanos(environment, 1),
                                environment))
                        .isInstanceOf(DeadlineExceededException.class);
                var waiting = callers.submit(() -> queue(pool));
                LimitExceededException refused = null;
                while (refused == null) { // until the other caller is in the queue
                    try {
                        pool.call(() -> 4, Deadline.afterNanos(environment, 1), environment);
                    } catch (LimitExceededException full) {
                        refused = full;
                    } catch (DeadlineExceededException notYetFull) {
                        Thread.yield();
                    }
                }
                assertThat(refused.limit()).isEqualTo("test queue");
                assertThat(refused.maximum()).isEqualTo(1);
                release.countDown();
                assertThat(running.get()).isEqualTo(1);
                assertThat(waiting.get()).isEqualTo(3);
                assertThat(ran).isFalse();
            } finally {
                release.countDown(); // before the callers are waited for
            }
        } finally {
            pool.close();
        }
    }

    /** Calls until the only place in the queue is not taken by one who soon gives up. */
    private int queue(OffloadPool pool) throws Exception {
        while (true) {
            try {
                return pool.call(() -> 3, Deadline.NONE, environment);
            } catch (LimitExceededException taken) {
                Thread.yield();
            }
        }
    }

    @Test
    void onceClosedItSaysSo() throws Exception {
        SystemEnvironment closed = SystemEnvironment.create();
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.schedule(1, () -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.offload(() -> 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSharedEnvironmentCannotBeClosed() throws Exception {
        SystemEnvironment.shared().close();
        assertThat(SystemEnvironment.shared().<Integer>offload(() -> 1)).isEqualTo(1);
    }

    @Test
    void everyUseHasItsOwnRandomNumbers() {
        assertThat(environment.random("a").nextLong())
                .isNotEqualTo(environment.random("a").nextLong());
        byte[] bytes = new byte[32];
        environment.secureRandom(bytes);
        assertThat(bytes).isNotEqualTo(new byte[32]);
    }

    @Test
    void aGeneratorMayBeSharedByThreads() throws Exception {
        RandomGenerator random = environment.random("shared");
        Set<Long> drawn = new HashSet<>();
        List<CompletableFuture<long[]>> draws = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            draws.add(CompletableFuture.supplyAsync(() -> random.longs(10_000).toArray()));
        }
        for (CompletableFuture<long[]> draw : draws) {
            Arrays.stream(draw.get()).forEach(drawn::add);
        }
        assertThat(drawn).hasSize(40_000);
    }

    @Test
    void theGeneratorIsSplitMix64() {
        // the first numbers of SplittableRandom with the same seed, whose algorithm it is
        SharedRandom random = new SharedRandom(42);
        java.util.SplittableRandom reference = new java.util.SplittableRandom(42);
        for (int i = 0; i < 100; i++) {
            assertThat(random.nextLong()).isEqualTo(reference.nextLong());
        }
    }

    @Test
    void offloadReportsACauseThatIsNoException() {
        Throwable odd = new Throwable("odd");
        assertThatThrownBy(() -> environment.offload(() -> SystemEnvironmentTest.<Exception, Object>sneak(odd)))
                .isInstanceOf(ExecutionException.class)
                .hasCause(odd);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable, T> T sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
