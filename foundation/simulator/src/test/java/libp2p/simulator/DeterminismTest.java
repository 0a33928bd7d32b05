package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeterminismTest {
    @Test
    void theSameSeedGivesTheSameRunTwiceInOneJvm() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Simulation.run(seed, Workload::run))
                    .as("seed %d", seed)
                    .hasToString(Simulation.run(seed, Workload::run).toString());
        }
    }

    @Test
    void theSameSeedGivesTheSameRunInOtherJvmsCompiledAndInterpreted() throws Exception {
        String here = Simulation.run(7, Workload::run).toString();
        assertThat(inAnotherJvm("7")).isEqualTo(here);
        assertThat(inAnotherJvm("7", "-Xint")).isEqualTo(here);
        assertThat(inAnotherJvm("7", "-XX:+UseParallelGC", "-Xmx40m", "-XX:hashCode=2"))
                .isEqualTo(here);
    }

    private static String inAnotherJvm(String seed, String... options) throws Exception {
        return ChildJvm.with("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-XX:+UnlockExperimentalVMOptions")
                .and(options)
                .classPath()
                .run(0, Workload.class.getName(), seed);
    }

    @Test
    void theSameSeedGivesTheSameRunOnTheModulePath() throws Exception {
        String output = ChildJvm.with("--add-opens", "java.base/java.lang=libp2p.simulator")
                .modulePath()
                .run(0, "-m", "libp2p.simulator/" + Workload.class.getName(), "7");
        assertThat(output).isEqualTo(Simulation.run(7, Workload::run).toString());
    }

    @Test
    void withoutAccessToTheJdkTheFlagIsNamed() throws Exception {
        assertThat(ChildJvm.with().classPath().run(1, Workload.class.getName(), "7"))
                .contains("--add-opens java.base/java.lang=ALL-UNNAMED");
        assertThat(ChildJvm.with().modulePath().run(1, "-m", "libp2p.simulator/" + Workload.class.getName(), "7"))
                .contains("--add-opens java.base/java.lang=libp2p.simulator");
    }

    @Test
    void differentSeedsGiveDifferentRuns() {
        Set<Long> traces = new HashSet<>();
        Set<Long> schedules = new HashSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            Trace trace = Simulation.run(seed, Workload::run);
            traces.add(trace.hash());
            schedules.add(trace.scheduleHash());
        }
        assertThat(traces).hasSize(50);
        assertThat(schedules).hasSize(50);
    }

    /** Bytes from a source that the simulation does not know would otherwise pass unnoticed. */
    @Test
    void otherBytesOfTheSameLengthGiveAnotherHash() {
        Set<Long> traces = new HashSet<>();
        Set<Long> schedules = new HashSet<>();
        for (byte content = 0; content < 3; content++) {
            byte sent = content;
            Trace trace = TwoHosts.exactly(hosts -> {
                TwoHosts.Connected connected = hosts.connected();
                connected.client().write(ByteBuffer.wrap(new byte[] {1, sent, 3}));
                connected.server().read(ByteBuffer.allocate(3));
            });
            traces.add(trace.hash());
            schedules.add(trace.scheduleHash());
        }
        assertThat(traces).hasSize(3);
        assertThat(schedules).hasSize(1);
    }

    @Test
    void everyScheduleIsDeterministic() {
        for (Schedule schedule : Schedule.values()) {
            String once = Simulation.of(3).schedule(schedule).run(Workload::run).toString();
            assertThat(Simulation.of(3).schedule(schedule).run(Workload::run)).hasToString(once);
        }
    }

    @Test
    void randomnessIsSplitByHostAndUse() {
        Simulation.run(5, simulation -> {
            SimulatedEnvironment a = simulation.host("a");
            SimulatedEnvironment b = simulation.host("b");
            long first = a.random("x").nextLong();
            assertThat(a.random("y").nextLong()).isNotEqualTo(first);
            assertThat(b.random("x").nextLong()).isNotEqualTo(first);
            assertThat(a.random("x").nextLong()).as("goes on").isNotEqualTo(first);
            byte[] key = new byte[32];
            byte[] next = new byte[32];
            a.secureRandom(key);
            a.secureRandom(next);
            assertThat(next).isNotEqualTo(key);
        });
    }

    @Test
    void theChoicesOfATestGoOnInsteadOfStartingAgain() {
        Set<List<Long>> runs = new HashSet<>();
        for (int run = 0; run < 2; run++) {
            List<Long> drawn = new ArrayList<>();
            Simulation.run(5, simulation -> {
                drawn.add(simulation.random("walk").nextLong());
                drawn.add(simulation.random("walk").nextLong());
                drawn.add(simulation.random("other").nextLong());
                drawn.add(simulation.random("walk").nextLong());
            });
            assertThat(drawn).doesNotHaveDuplicates();
            runs.add(drawn);
        }
        assertThat(runs).as("runs under one seed").hasSize(1);
    }
}
