package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Timer;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    @Test
    void tenThousandThreadsSleepTwoHundredThousandTimes() {
        int[] sleeps = {0};
        Trace trace = Simulation.of(1).schedule(Schedule.UNIFORM).run(simulation -> {
            RandomGenerator random = simulation.random("sleeps");
            List<SimulatedTask> tasks = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                tasks.add(simulation.spawn("sleeper", () -> {
                    for (int k = 0; k < 20; k++) {
                        simulation.sleep(Duration.ofNanos(random.nextLong(1_000_000_000)));
                        sleeps[0]++;
                    }
                }));
            }
            for (SimulatedTask task : tasks) {
                task.join();
            }
            assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20));
        });
        assertThat(sleeps[0]).isEqualTo(200_000);
        assertThat(trace.turns()).isGreaterThan(200_000);
    }

    @Test
    void timeStandsStillWhileThreadsRunAndJumpsWhenNoneDoes() {
        Simulation.of(1).schedule(Schedule.UNIFORM).run(simulation -> {
            for (int i = 0; i < 1_000; i++) {
                Thread.yield();
            }
            assertThat(simulation.elapsed()).isZero();
            simulation.sleep(Duration.ofHours(3));
            assertThat(simulation.elapsed()).isEqualTo(Duration.ofHours(3));
        });
    }

    @Test
    void timersFireInOrderAndCancelledOnesNever() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("a");
            List<Integer> fired = new ArrayList<>();
            List<Timer> timers = new ArrayList<>();
            for (int i = 99; i >= 0; i--) {
                int number = i;
                timers.add(host.schedule(i * 1_000_000L, () -> fired.add(number)));
            }
            for (int i = 0; i < 100; i += 2) {
                timers.get(i).cancel(); // the odd numbers
                timers.get(i).cancel();
            }
            simulation.sleep(Duration.ofSeconds(1));
            timers.forEach(Timer::cancel);
            assertThat(fired).hasSize(50).isSorted().allMatch(number -> number % 2 == 0);
        });
    }

    @Test
    void aTimerBeyondAllTimeNeverComes() {
        assertThatThrownBy(() -> Simulation.run(1, simulation -> {
                    simulation.host("a").schedule(Long.MAX_VALUE, () -> {});
                    LockSupport.park();
                    LockSupport.park();
                }))
                .hasMessageContaining("deadlock");
    }

    @Test
    void aDeadlineEndsAPark() {
        Seeds.run(
                50,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment host = simulation.host("a");
                    Deadline deadline = Deadline.after(host, Duration.ofMillis(250));
                    while (!deadline.passed(host)) {
                        host.park(this, deadline);
                    }
                    assertThat(simulation.elapsed()).isBetween(Duration.ofMillis(250), Duration.ofMillis(251));
                }));
    }

    @Test
    void anInterruptEndsAParkAndKeepsTheFlag() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("a");
            boolean[] interrupted = {false};
            Thread thread = host.start("waits", () -> {
                while (!Thread.currentThread().isInterrupted()) {
                    host.park(this, Deadline.NONE);
                }
                interrupted[0] = true;
            });
            simulation.settle();
            assertThat(interrupted[0]).isFalse();
            thread.interrupt();
            simulation.settle();
            assertThat(interrupted[0]).isTrue();
        });
    }

    @Test
    void offloadedCallsTakeTimeAndOutliveAnInterrupt() {
        Simulation.run(2, simulation -> {
            SimulatedEnvironment host = simulation.host("a");
            assertThat(host.<String>offload(() -> "done")).isEqualTo("done");
            assertThat(simulation.elapsed()).isPositive();
            assertThatThrownBy(() -> host.offload(() -> {
                        throw new java.io.FileNotFoundException("x");
                    }))
                    .isInstanceOf(java.io.FileNotFoundException.class);
            boolean[] called = {false};
            boolean[] interrupted = {false};
            Thread thread = host.start("caller", () -> {
                try {
                    host.offload(() -> called[0] = true);
                } catch (InterruptedException e) {
                    interrupted[0] = true;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.interrupt();
            simulation.sleep(Duration.ofMillis(1));
            assertThat(interrupted[0]).isTrue();
            assertThat(called[0]).isTrue();
        });
    }

    @Test
    void threadLocalsBelongToTheirThread() {
        Simulation.run(1, simulation -> {
            ThreadLocal<Integer> local = new ThreadLocal<>();
            List<SimulatedTask> tasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                tasks.add(simulation.spawn("t" + i, () -> {
                    local.set(number);
                    Thread.yield();
                    simulation.sleep(Duration.ofMillis(number % 3));
                    assertThat(local.get()).isEqualTo(number);
                }));
            }
            for (SimulatedTask task : tasks) {
                task.join();
            }
        });
    }

    @Test
    void aContendedLockIsHandedOverByTheScheduler() {
        Seeds.run(
                100,
                seed -> Simulation.run(seed, simulation -> {
                    ReentrantLock lock = new ReentrantLock();
                    int[] inside = {0};
                    List<SimulatedTask> tasks = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        tasks.add(simulation.spawn("t" + i, () -> {
                            for (int k = 0; k < 10; k++) {
                                lock.lock();
                                try {
                                    inside[0]++;
                                    simulation.schedulePoint();
                                    assertThat(inside[0]).isEqualTo(1);
                                    inside[0]--;
                                } finally {
                                    lock.unlock();
                                }
                            }
                        }));
                    }
                    for (SimulatedTask task : tasks) {
                        task.join();
                    }
                }));
    }

    @Test
    void seedsReachEveryOrderOfThreads() {
        for (Schedule schedule : List.of(Schedule.UNIFORM, Schedule.PRIORITIES)) {
            Set<List<Integer>> orders = new HashSet<>();
            for (long seed = 1; seed <= 300; seed++) {
                Simulation.of(seed).schedule(schedule).run(simulation -> {
                    List<Integer> order = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        int number = i;
                        simulation.spawn("t" + i, () -> order.add(number));
                    }
                    simulation.settle();
                    orders.add(order);
                });
            }
            assertThat(orders).as(schedule.name()).hasSize(24);
        }
    }

    @Test
    void settleWaitsForEverythingButTime() {
        Seeds.run(
                50,
                seed -> Simulation.run(seed, simulation -> {
                    int[] steps = {0};
                    simulation.spawn("steps", () -> {
                        for (int i = 0; i < 100; i++) {
                            steps[0]++;
                            Thread.yield();
                        }
                        simulation.sleep(Duration.ofSeconds(1));
                        steps[0]++;
                    });
                    simulation.settle();
                    assertThat(steps[0]).isEqualTo(100);
                    simulation.await("the last step", () -> steps[0] == 101);
                    assertThat(simulation.elapsed()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_100));
                }));
    }

    @Test
    void livingThreadsAreListed() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("a");
            host.start("short", () -> {});
            host.start("long", LockSupport::park);
            simulation.settle();
            assertThat(simulation.livingThreads()).containsExactly("main", "a/long");
        });
    }

    @Test
    void theWallClockOfAHostJumpsAlone() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment a = simulation.host("a");
            SimulatedEnvironment b = simulation.host("b");
            a.jumpWallClock(Duration.ofHours(-2));
            assertThat(Duration.between(a.wallClock(), b.wallClock())).isEqualTo(Duration.ofHours(2));
            assertThat(a.nanoTime()).isEqualTo(b.nanoTime()).isPositive();
        });
    }

    @Test
    void aHostWithoutPowerDoesNothingMore() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("a");
            int[] ticks = {0};
            host.start("ticks", () -> {
                while (true) {
                    ticks[0]++;
                    host.park(this, Deadline.after(host, Duration.ofSeconds(1)));
                }
            });
            simulation.sleep(Duration.ofSeconds(10));
            host.powerOff();
            int then = ticks[0];
            simulation.sleep(Duration.ofSeconds(10));
            assertThat(ticks[0]).isEqualTo(then).isGreaterThan(8);
        });
    }

    @Test
    void aFrozenHostStandsStillAndGoesOn() {
        Seeds.run(
                50,
                seed -> Simulation.run(seed, simulation -> {
                    SimulatedEnvironment host = simulation.host("a");
                    int[] ticks = {0};
                    host.start("ticks", () -> {
                        while (true) {
                            ticks[0]++;
                            Deadline next = Deadline.after(host, Duration.ofSeconds(1));
                            while (!next.passed(host)) {
                                host.park(this, next);
                            }
                        }
                    });
                    simulation.sleep(Duration.ofMillis(4_500));
                    assertThat(ticks[0]).isEqualTo(5);
                    host.freeze(Duration.ofSeconds(10));
                    simulation.sleep(Duration.ofMillis(9_900));
                    assertThat(ticks[0]).isEqualTo(5);
                    simulation.sleep(Duration.ofSeconds(3));
                    assertThat(ticks[0]).isEqualTo(8);
                }));
    }

    /** Would need four times the heap of the tests if what a run leaves behind were kept. */
    @Test
    void threadsThatARunLeavesBehindAreGarbage() {
        for (int run = 0; run < 100; run++) {
            Simulation.run(run, simulation -> {
                SimulatedEnvironment host = simulation.host("a");
                for (int i = 0; i < 200; i++) {
                    host.start("left", () -> {
                        byte[] kept = new byte[100_000];
                        while (kept[0] == 0) {
                            host.park(kept, Deadline.NONE);
                        }
                    });
                }
                simulation.sleep(Duration.ofSeconds(1));
                assertThat(simulation.livingThreads()).hasSize(201);
            });
        }
    }

    @Test
    void simulationsRunBesideEachOther() throws Exception {
        String alone = Simulation.run(21, Workload::run).toString();
        List<String> beside = new CopyOnWriteArrayList<>();
        List<Thread> platform = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            platform.add(Thread.ofPlatform()
                    .start(() -> beside.add(Simulation.run(21, Workload::run).toString())));
        }
        for (Thread thread : platform) {
            thread.join();
        }
        assertThat(beside).hasSize(3).containsOnly(alone);
    }
}
