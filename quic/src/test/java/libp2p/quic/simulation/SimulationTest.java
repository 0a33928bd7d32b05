package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.endpoint.EndpointLimits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void bytesComeBackInFairWeather() {
        World world = Scenario.exchange(1, Weather.FAIR, 10, 20_000, false, EndpointLimits.DEFAULT);
        assertThat(world.lost).isLessThan(5); // probes of sizes that are too large
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Weather weather = Weather.FAIR.withLoss(0.05);
        World one = Scenario.exchange(7, weather, 5, 20_000, true, EndpointLimits.DEFAULT);
        World other = Scenario.exchange(7, weather, 5, 20_000, true, EndpointLimits.DEFAULT);
        assertThat(one.now).isEqualTo(other.now);
        assertThat(one.delivered).isEqualTo(other.delivered);
        assertThat(one.lost).isEqualTo(other.lost);
    }

    @Test
    void bytesComeBackInEveryWeatherWhateverElseHappens() {
        for (int seed = 0; seed < 60; seed++) {
            Scenario.run(seed);
        }
    }

    @Test
    @Tag("long")
    void bytesComeBackInTenThousandWeathers() {
        for (int seed = 60; seed < 10_000; seed++) {
            Scenario.run(seed);
        }
    }

    @Test
    void aLongTransferFillsTheLink() {
        World world = Scenario.exchange(5, Weather.FAIR, 1, 5_000_000, false, EndpointLimits.DEFAULT);
        assertThat(world.now).isLessThan(4 * SECOND);
    }

    @Test
    void strangersWhoseAddressIsAskedForConnectAllTheSame() {
        for (int seed = 0; seed < 20; seed++) {
            EndpointLimits limits = EndpointLimits.DEFAULT.withUnvalidated(0);
            Scenario.exchange(seed, Weather.FAIR.withLoss(0.05), 2, 5_000, false, limits);
        }
    }
}
