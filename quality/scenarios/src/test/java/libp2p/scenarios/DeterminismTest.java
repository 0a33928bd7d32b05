package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.node.sim.SimulatedHosts;
import libp2p.simulator.Schedule;
import libp2p.simulator.Trace;
import org.junit.jupiter.api.Test;

/** The same seed gives the same run of whole hosts: in one JVM, in another, compiled or not, with any crypto engine. */
class DeterminismTest {
    private static final int HOSTS = 8;
    private static final int PEERS = 3;

    private static SimulatedHosts.Outcome run(long seed, Schedule schedule) {
        return SimulatedHosts.run(new SimulatedHosts.Plan(HOSTS, PEERS, seed, schedule));
    }

    @Test
    void sameSeedGivesTheSameTraceTwice() {
        for (Schedule schedule : Schedule.values()) {
            SimulatedHosts.Outcome first = run(7, schedule);
            SimulatedHosts.Outcome second = run(7, schedule);
            assertThat(second.trace()).hasToString(first.trace().toString());
            assertThat(second).usingRecursiveComparison().isEqualTo(first);
        }
    }

    @Test
    void anotherSeedGivesAnotherTraceAndAnotherSchedule() {
        Set<Long> hashes = new HashSet<>();
        Set<Long> schedules = new HashSet<>();
        for (long seed = 1; seed <= 10; seed++) {
            Trace trace = run(seed, Schedule.MIXED).trace();
            hashes.add(trace.hash());
            schedules.add(trace.scheduleHash());
        }
        assertThat(hashes).hasSize(10);
        assertThat(schedules).hasSize(10);
    }

    @Test
    void everyHostIsIdentifiedAndPinged() {
        SimulatedHosts.Outcome outcome = run(3, Schedule.MIXED);
        assertThat(outcome.pings()).isEqualTo(HOSTS * PEERS);
        assertThat(outcome.connections()).isBetween(HOSTS * PEERS / 2, HOSTS * PEERS);
        assertThat(outcome.identified()).isEqualTo(2 * outcome.connections());
    }

    @Test
    void sameSeedGivesTheSameTraceInAnotherJvmWithoutCompilerAndWithAnyCryptoEngine() throws Exception {
        String expected = program(List.of());
        assertThat(expected).contains("\"hash\":\"");
        assertThat(program(List.of("-Xint"))).isEqualTo(expected);
        assertThat(program(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseParallelGC", "-Dlibp2p.crypto.engines=all=bc")))
                .isEqualTo(expected);
        assertThat(program(List.of("-Dlibp2p.crypto.engines=all=jdk", "-Xmx96m")))
                .isEqualTo(expected);
    }

    private static String program(List<String> options) throws Exception {
        return ChildJvm.p2p(options, "debug", "sim", "--hosts", "6", "--peers", "2", "--seed", "11", "--json");
    }
}
