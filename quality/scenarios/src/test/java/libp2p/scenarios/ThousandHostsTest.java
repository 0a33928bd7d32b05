package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import libp2p.node.sim.SimulatedHosts;
import libp2p.simulator.Schedule;
import libp2p.simulator.Wire;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand complete hosts, eight seeded peers each, with Ed25519 identities and Noise, or QUIC. A run that makes no
 * progress is ended by the simulation's own watchdog, which looks at turns; the clock says only how busy the machine
 * is.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ThousandHostsTest {
    private static final int HOSTS = 1000;
    private static final int FEW = 50;
    private static final int PEERS = 8;

    private static SimulatedHosts.Outcome run(long seed) {
        return SimulatedHosts.run(new SimulatedHosts.Plan(HOSTS, PEERS, seed, Schedule.MIXED));
    }

    @Test
    void connectIdentifyAndPingWithEqualHashesForEqualSeeds() {
        SimulatedHosts.Outcome first = run(1);
        assertThat(first.pings()).isEqualTo(HOSTS * PEERS);
        assertThat(first.connections()).isGreaterThan(HOSTS * PEERS * 9 / 10);
        assertThat(first.identified()).isEqualTo(2 * first.connections());
        assertThat(run(1).trace()).hasToString(first.trace().toString());
    }

    /** The trace is compared over fewer: it is the same code. */
    @Test
    @Tag("long")
    void connectIdentifyAndPingOverQuic() {
        connectIdentifyAndPing(Wire.QUIC);
    }

    @Test
    @Tag("long")
    void connectIdentifyAndPingOverWebTransport() {
        connectIdentifyAndPing(Wire.WEBTRANSPORT);
    }

    private static void connectIdentifyAndPing(Wire wire) {
        SimulatedHosts.Outcome outcome =
                SimulatedHosts.run(new SimulatedHosts.Plan(HOSTS, PEERS, 1, Schedule.MIXED, wire));
        assertThat(outcome.pings()).isEqualTo(HOSTS * PEERS);
        assertThat(outcome.connections()).isGreaterThan(HOSTS * PEERS * 9 / 10);
        assertThat(outcome.identified()).isEqualTo(2 * outcome.connections());
    }

    @Test
    void fiftyHostsOverQuicHaveEqualHashesForEqualSeeds() {
        equalHashesForEqualSeeds(Wire.QUIC);
    }

    @Test
    void fiftyHostsOverWebTransportHaveEqualHashesForEqualSeeds() {
        equalHashesForEqualSeeds(Wire.WEBTRANSPORT);
    }

    private static void equalHashesForEqualSeeds(Wire wire) {
        SimulatedHosts.Plan plan = new SimulatedHosts.Plan(FEW, PEERS, 1, Schedule.MIXED, wire);
        SimulatedHosts.Outcome first = SimulatedHosts.run(plan);
        assertThat(first.pings()).isEqualTo(FEW * PEERS);
        assertThat(SimulatedHosts.run(plan).trace()).hasToString(first.trace().toString());
    }

    @Test
    @Tag("long")
    void connectIdentifyAndPingUnderOtherSeeds() {
        for (long seed = 2; seed <= 6; seed++) {
            assertThat(run(seed).pings()).isEqualTo(HOSTS * PEERS);
        }
    }
}
