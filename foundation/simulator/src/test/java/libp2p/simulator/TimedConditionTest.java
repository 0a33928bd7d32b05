package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import org.junit.jupiter.api.Test;

/** The condition of core, under a thousand schedules each. */
class TimedConditionTest {
    private static final int SEEDS = 1_000;
    private static final Duration TICK = Duration.ofMillis(10);

    private interface Body {
        void run(Simulation simulation, SimulatedEnvironment host, ReentrantLock lock, TimedCondition condition)
                throws Exception;
    }

    private static void underSeeds(Body body) {
        Seeds.run(
                SEEDS,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment host = simulation.host("host");
                    ReentrantLock lock = new ReentrantLock();
                    body.run(simulation, host, lock, new TimedCondition(host, lock));
                    assertThat(lock.isLocked()).isFalse();
                }));
    }

    @Test
    void asManyWaitersReturnTrueAsThereWereSignalsThatFoundOne() {
        underSeeds((simulation, host, lock, condition) -> {
            int[] found = {0};
            int[] signalled = {0};
            List<SimulatedTask> tasks = new ArrayList<>();
            RandomGenerator random = simulation.random("deadlines");
            for (int i = 0; i < 6; i++) {
                Deadline deadline = Deadline.after(host, TICK.multipliedBy(1 + random.nextInt(3)));
                SimulatedTask waiter = simulation.spawn("waiter", () -> {
                    lock.lock();
                    try {
                        if (condition.await(deadline)) {
                            signalled[0]++;
                            Thread.interrupted(); // it may have come beside the signal
                        } else {
                            assertThat(deadline.passed(host)).isTrue();
                        }
                    } catch (InterruptedException e) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    } finally {
                        assertThat(lock.getHoldCount()).isEqualTo(1);
                        lock.unlock();
                    }
                });
                tasks.add(waiter);
                if (i % 2 == 0) {
                    simulation.spawn("interrupter", () -> {
                        simulation.sleep(TICK.multipliedBy(random.nextInt(3)));
                        waiter.interrupt();
                    });
                }
            }
            for (int i = 0; i < 4; i++) {
                tasks.add(simulation.spawn("signaller", () -> {
                    simulation.sleep(TICK.multipliedBy(random.nextInt(3)));
                    lock.lock();
                    if (condition.hasWaiters()) {
                        found[0]++;
                        condition.signal();
                    }
                    lock.unlock();
                }));
            }
            for (SimulatedTask task : tasks) {
                task.join();
            }
            assertThat(signalled[0]).isEqualTo(found[0]);
            lock.lock();
            assertThat(condition.hasWaiters()).isFalse();
            lock.unlock();
        });
    }

    @Test
    void whoWaitsLongestIsSignalledFirst() {
        underSeeds((simulation, host, lock, condition) -> {
            List<Integer> waiting = new ArrayList<>();
            List<Integer> woken = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                simulation.spawn("waiter", () -> {
                    lock.lock();
                    waiting.add(number);
                    condition.await(Deadline.NONE);
                    woken.add(number);
                    lock.unlock();
                });
            }
            simulation.settle();
            for (int i = 0; i < 4; i++) {
                lock.lock();
                condition.signal();
                lock.unlock();
                simulation.settle();
            }
            assertThat(woken).isEqualTo(waiting).hasSize(4);
        });
    }

    @Test
    void aWaitForSomethingEndsWhenItIsSoOrTheDeadlinePasses() {
        underSeeds((simulation, host, lock, condition) -> {
            int[] count = {0};
            long begin = host.nanoTime();
            SimulatedTask counter = simulation.spawn("counter", () -> {
                for (int i = 0; i < 3; i++) {
                    simulation.sleep(TICK);
                    lock.lock();
                    count[0]++;
                    condition.signalAll();
                    lock.unlock();
                }
            });
            lock.lock();
            assertThat(condition.await(Deadline.NONE, () -> count[0] == 2)).isTrue();
            assertThat(count[0]).isEqualTo(2);
            Deadline deadline = Deadline.afterNanos(host, TICK.toNanos() * 5);
            assertThat(condition.await(deadline, () -> count[0] == 4)).isFalse();
            assertThat(deadline.passed(host)).isTrue();
            assertThat(count[0]).isEqualTo(3);
            long now = host.nanoTime();
            assertThat(condition.await(Deadline.NONE, () -> count[0] == 3)).isTrue();
            assertThat(host.nanoTime()).isEqualTo(now).isGreaterThan(begin);
            lock.unlock();
            counter.join();
        });
    }

    @Test
    void signalAllWakesEveryone() {
        underSeeds((simulation, host, lock, condition) -> {
            List<SimulatedTask> tasks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                tasks.add(simulation.spawn("waiter", () -> {
                    lock.lock();
                    assertThat(condition.await(Deadline.NONE)).isTrue();
                    lock.unlock();
                }));
            }
            simulation.settle();
            lock.lock();
            condition.signalAll();
            lock.unlock();
            for (SimulatedTask task : tasks) {
                task.join();
            }
        });
    }

    @Test
    void anInterruptBeforeTheWaitThrowsAtOnce() {
        underSeeds((simulation, host, lock, condition) -> {
            lock.lock();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> condition.await(Deadline.NONE)).isInstanceOf(InterruptedException.class);
            assertThat(condition.hasWaiters()).isFalse();
            lock.unlock();
        });
    }

    @Test
    void aDeadlineThatHasPassedReturnsFalse() {
        underSeeds((simulation, host, lock, condition) -> {
            lock.lock();
            assertThat(condition.await(new Deadline(host.nanoTime()))).isFalse();
            lock.unlock();
        });
    }
}
