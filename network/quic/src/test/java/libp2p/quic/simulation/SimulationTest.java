package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.wire.TransportError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(longs = {305, 586, 615, 1333, 1577, 2589, 6938, 7053})
    void seedsThatHaveFoundDefectsFindNoneAnyMore(long seed) {
        Scenario.run(seed);
    }

    @ParameterizedTest(name = "seeds from {0}000")
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    @Tag("long")
    void bytesComeBackInTenThousandWeathers(int thousand) {
        List<String> failures = new ArrayList<>();
        for (int seed = thousand * 1000; seed < (thousand + 1) * 1000; seed++) {
            try {
                Scenario.run(seed);
            } catch (AssertionError | RuntimeException failure) {
                failures.add("seed " + seed + ": " + failure);
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aLongTransferFillsTheLink() {
        World world = Scenario.exchange(5, Weather.FAIR, 1, 5_000_000, false, EndpointLimits.DEFAULT);
        assertThat(world.now).isLessThan(4 * SECOND);
    }

    /** RFC 9000, section 8.1.2: the client need not wait for its timeout. */
    @Test
    void aTokenThatHasGrownOldEndsTheAttemptWithItsCode() {
        World world = new World(9, Weather.FAIR.withDelay(6 * SECOND));
        ConnectionConfig patient = ConnectionConfig.DEFAULT.withTimes(60 * SECOND, 0, 60 * SECOND);
        World.Node client = world.node(1, patient, EndpointLimits.DEFAULT);
        World.Node server = world.node(2, patient, EndpointLimits.DEFAULT.withUnvalidated(0));
        World.Peer peer = client.connect(server);
        assertThat(world.run(40 * SECOND, () -> peer.connection.closing() != null))
                .isTrue();
        assertThat(peer.connection.closing().remote()).isTrue();
        assertThat(peer.connection.closing().code()).isEqualTo(TransportError.INVALID_TOKEN);
        assertThat(server.peers).isEmpty();
        assertThat(server.endpoint.handshakes()).isZero();
    }

    @Test
    void strangersWhoseAddressIsAskedForConnectAllTheSame() {
        for (int seed = 0; seed < 20; seed++) {
            EndpointLimits limits = EndpointLimits.DEFAULT.withUnvalidated(0);
            Scenario.exchange(seed, Weather.FAIR.withLoss(0.05), 2, 5_000, false, limits);
        }
    }
}
