package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Code that waits by means no seed can replay fails the run, by the name of its thread. */
class StrayWaitsTest {
    private static void failsNaming(String what, Simulation.Action culprit) {
        for (Schedule schedule : new Schedule[] {Schedule.UNIFORM, Schedule.PRIORITIES, Schedule.MIXED}) {
            assertThatThrownBy(() -> Simulation.of(11).schedule(schedule).run(simulation -> {
                        SimulatedEnvironment host = simulation.host("alice", "10.0.0.1");
                        host.start("culprit", () -> {
                            try {
                                culprit.run();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
                        while (true) { // threads from outside need their time
                            simulation.sleep(Duration.ofNanos(1_000));
                        }
                    }))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining(what)
                    .hasMessageContaining("alice/culprit")
                    .hasMessageContaining(StrayWaitsTest.class.getName())
                    .hasMessageContaining("seed 11");
        }
    }

    @Test
    void sleepFails() {
        failsNaming("waits on the real clock", () -> Thread.sleep(1_000));
    }

    @Test
    void timedParkFails() {
        failsNaming("waits on the real clock", () -> LockSupport.parkNanos(1_000_000_000));
    }

    @Test
    void timedAwaitFails() {
        failsNaming("waits on the real clock", () -> {
            ReentrantLock lock = new ReentrantLock();
            lock.lock();
            lock.newCondition().await(1, TimeUnit.MINUTES);
        });
    }

    @Test
    void timedPollFails() {
        failsNaming("waits on the real clock", () -> new LinkedBlockingQueue<>().poll(1, TimeUnit.HOURS));
    }

    @Test
    void timedLatchFails() {
        failsNaming("waits on the real clock", () -> new CountDownLatch(1).await(1, TimeUnit.HOURS));
    }

    @Test
    void objectWaitFails() {
        Object monitor = new Object();
        failsNaming("waits in Object.wait", () -> {
            synchronized (monitor) {
                monitor.wait();
            }
        });
    }

    @Test
    void timedObjectWaitFails() {
        Object monitor = new Object();
        failsNaming("waits in Object.wait", () -> {
            synchronized (monitor) {
                monitor.wait(1_000);
            }
        });
    }

    @Test
    void contendedMonitorFails() {
        assertThatThrownBy(() -> Simulation.run(3, simulation -> {
                    Object monitor = new Object();
                    simulation.spawn("owner", () -> {
                        synchronized (monitor) {
                            simulation.sleep(Duration.ofSeconds(1));
                        }
                    });
                    simulation.sleep(Duration.ofMillis(1));
                    simulation.spawn("contender", () -> {
                        synchronized (monitor) {
                            simulation.schedulePoint();
                        }
                    });
                    simulation.sleep(Duration.ofSeconds(10));
                }))
                .hasMessageContaining("thread 'contender' waits for a monitor");
    }

    @Test
    void aMonitorThatAThreadOutsideHoldsForAMomentIsNoEvent() {
        Trace uncontended = Simulation.run(3, simulation -> enter(simulation, new Object(), new CompletableFuture<>()));
        for (int i = 0; i < 100; i++) {
            Object monitor = new Object();
            CompletableFuture<Thread> contender = new CompletableFuture<>();
            CountDownLatch held = new CountDownLatch(1);
            Thread.ofPlatform().start(() -> {
                synchronized (monitor) {
                    held.countDown();
                    while (contender.join().getState() != Thread.State.BLOCKED) {
                        Thread.onSpinWait();
                    }
                }
            });
            awaitFromOutside(held);
            assertThat(Simulation.run(3, simulation -> enter(simulation, monitor, contender)))
                    .hasToString(uncontended.toString());
        }
    }

    private static void enter(Simulation simulation, Object monitor, CompletableFuture<Thread> contender)
            throws Exception {
        simulation.spawn("neighbour", () -> simulation.sleep(Duration.ofMillis(1)));
        simulation.spawn("contender", () -> {
            contender.complete(Thread.currentThread());
            synchronized (monitor) {
                assertThat(Thread.holdsLock(monitor)).isTrue();
            }
        });
        simulation.sleep(Duration.ofMillis(2));
    }

    private static void awaitFromOutside(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void platformThreadsFail() {
        failsNaming("makes a platform thread", () -> new Thread(() -> {}).start());
        failsNaming("makes a platform thread", () -> {
            try (var pool = Executors.newFixedThreadPool(1)) {
                pool.submit(() -> 1).get();
            }
        });
    }

    @Test
    void theCommonPoolFails() {
        failsNaming("no part of the simulation", () -> {
            CountDownLatch parked = new CountDownLatch(1);
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    parked.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return 1;
            });
            Thread.startVirtualThread(parked::countDown); // its turn comes when this thread waits
            answer.get();
        });
    }

    @Test
    void aWakeUpFromOutsideNamesTheIntruder() {
        AtomicReference<Thread> parked = new AtomicReference<>();
        Thread intruder = Thread.ofPlatform().name("intruder").start(() -> {
            while (parked.get() == null || parked.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            LockSupport.unpark(parked.get());
        });
        assertThatThrownBy(() -> Simulation.run(1, simulation -> {
                    simulation.spawn("victim", () -> {
                        parked.set(Thread.currentThread());
                        LockSupport.park();
                    });
                    while (true) {
                        simulation.sleep(Duration.ofMillis(1));
                    }
                }))
                .hasMessageContaining("thread 'victim' was woken by thread 'intruder'");
        assertThat(intruder).isNotNull();
    }

    @Test
    void threadsFromOutsideMayNotUseTheEnvironment() {
        AtomicReference<SimulatedEnvironment> leaked = new AtomicReference<>();
        Simulation.run(1, simulation -> leaked.set(simulation.host("a")));
        assertThatThrownBy(() -> leaked.get().start("late", () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no part of the simulation");
    }

    @Test
    void inheritedVirtualThreadsAreFine() {
        Simulation.run(1, simulation -> {
            CountDownLatch ran = new CountDownLatch(3);
            var threads = Executors.newVirtualThreadPerTaskExecutor();
            threads.execute(ran::countDown);
            threads.submit(ran::countDown).get();
            Thread child = Thread.startVirtualThread(() -> Thread.startVirtualThread(ran::countDown));
            child.join();
            ran.await();
            simulation.settle();
            assertThat(simulation.livingThreads()).containsExactly("main");
        });
    }
}
