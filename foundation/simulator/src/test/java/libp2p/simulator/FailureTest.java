package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void aDeadlockShowsWhoWaitsWhere() {
        assertThatThrownBy(() -> Simulation.run(9, simulation -> {
                    ReentrantLock one = new ReentrantLock();
                    ReentrantLock two = new ReentrantLock();
                    SimulatedTask left = simulation.spawn("left", () -> takeBoth(simulation, one, two));
                    SimulatedTask right = simulation.spawn("right", () -> takeBoth(simulation, two, one));
                    left.join();
                    right.join();
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("deadlock")
                .hasMessageContaining("thread 'left' (waiting)")
                .hasMessageContaining("thread 'right' (waiting)")
                .hasMessageContaining("FailureTest.takeBoth")
                .hasMessageContaining("seed 9");
    }

    private static void takeBoth(Simulation simulation, ReentrantLock first, ReentrantLock second) throws Exception {
        first.lock();
        simulation.sleep(Duration.ofMillis(1));
        second.lock();
    }

    @Test
    void theReplayCommandNamesTheTestAndTheSeed() {
        assertThatThrownBy(
                        () -> Simulation.run(1234, simulation -> assertThat(1).isEqualTo(2)))
                .hasMessageContaining("-Dtest='FailureTest#theReplayCommandNamesTheTestAndTheSeed'")
                .hasMessageContaining("-Dsimulation.seed=1234")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void theReplayPropertyRunsOneSeedAlone() {
        List<Long> seeds = new ArrayList<>();
        Seeds.run(3, seeds::add);
        assertThat(seeds).containsExactly(1L, 2L, 3L);
        seeds.clear();
        Seeds.run(2, seeds::add, 4_711, 99);
        assertThat(seeds).containsExactly(4_711L, 99L, 1L, 2L);
        System.setProperty(Replay.SEED, "77");
        try {
            seeds.clear();
            Seeds.run(3, seeds::add);
            assertThat(seeds).containsExactly(77L);
        } finally {
            System.clearProperty(Replay.SEED);
        }
    }

    @Test
    void aFailureOutsideASimulationNamesItsSeedToo() {
        assertThatThrownBy(() -> Seeds.run(10, seed -> assertThat(seed).isLessThan(5)))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("-Dsimulation.seed=5");
    }

    @Test
    void theFirstFailingSeedIsFound() {
        assertThat(Seeds.firstFailing(10, seed -> assertThat(seed).isLessThan(5)))
                .isEqualTo(OptionalLong.of(5));
        assertThat(Seeds.firstFailing(4, seed -> assertThat(seed).isLessThan(5)))
                .isEmpty();
    }

    @Test
    void anExceptionThatLeavesAThreadFailsTheRun() {
        assertThatThrownBy(() -> Simulation.run(1, simulation -> {
                    simulation.host("a").start("breaks", () -> {
                        throw new IllegalArgumentException("oh");
                    });
                    simulation.sleep(Duration.ofSeconds(1));
                }))
                .hasMessageContaining("thread 'a/breaks' ended with java.lang.IllegalArgumentException: oh")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void exceptionsOfHostThreadsCanBeTolerated() {
        Simulation.of(1).tolerateExceptions().run(simulation -> {
            simulation.host("a").start("breaks", () -> {
                throw new IllegalArgumentException("oh");
            });
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(simulation.livingThreads()).containsExactly("main");
        });
    }

    @Test
    void threadsThatChaseEachOtherForEverFail() {
        assertThatThrownBy(() -> Simulation.of(1).limitTurns(10_000).run(simulation -> {
                    while (true) {
                        Thread.yield();
                    }
                }))
                .hasMessageContaining("no end in sight");
    }

    @Test
    void tooMuchSimulatedTimeFails() {
        assertThatThrownBy(() -> Simulation.of(1)
                        .limitTime(Duration.ofMinutes(5))
                        .run(simulation -> {
                            while (true) {
                                simulation.sleep(Duration.ofSeconds(1));
                            }
                        }))
                .hasMessageContaining("not finished within PT5M");
    }

    @Test
    void aConditionThatNeverHoldsFails() {
        assertThatThrownBy(() -> Simulation.run(
                        1, simulation -> simulation.await("pigs fly", Duration.ofSeconds(3), () -> false)))
                .hasMessageContaining("in vain: pigs fly");
    }

    @Test
    void theWatchdogReportsAThreadThatSpins() {
        boolean[] stop = {false};
        assertThatThrownBy(() -> Simulation.of(4)
                        .limits(new SimulationLimits(Duration.ofDays(1), 1_000, 1_000, Duration.ofMillis(100)))
                        .run(simulation -> {
                            simulation.spawn("spinner", () -> {
                                while (!Thread.currentThread().isInterrupted()) {
                                    Thread.onSpinWait();
                                }
                                stop[0] = true;
                            });
                            simulation.settle();
                            LockSupport.park();
                        }))
                .hasMessageContaining("no turn has ended")
                .hasMessageContaining("spinner")
                .hasMessageContaining("FailureTest.lambda");
        assertThat(stop[0]).isTrue();
    }

    @Test
    void theWatchdogReportsAThreadThatBlocksTheCarrier() {
        assertThatThrownBy(() -> Simulation.of(4)
                        .limits(new SimulationLimits(Duration.ofDays(1), 1_000, 1_000, Duration.ofMillis(100)))
                        .run(simulation -> {
                            simulation.spawn("blocker", Pinning::begin);
                            simulation.settle();
                            LockSupport.park();
                        }))
                .hasMessageContaining("in which the carrier was blocked")
                .hasMessageContaining("blocker");
    }

    /** A virtual thread that waits while it initializes a class keeps its carrier. */
    private static final class Pinning {
        static {
            LockSupport.park();
        }

        static void begin() {}
    }
}
