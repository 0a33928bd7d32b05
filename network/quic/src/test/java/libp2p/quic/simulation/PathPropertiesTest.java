package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.endpoint.EndpointLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The properties of a path that a connection learns, and those that it shows to an observer of the path. */
class PathPropertiesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BYTES = 2_000_000;
    private static final int SPIN = 0x20;

    private final World world = new World(21, Weather.FAIR);
    private final Exchange exchange = new Exchange(2, BYTES, false);

    private void start() {
        exchange.start(
                world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT),
                world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT));
    }

    private Connection client() {
        return exchange.client.connection;
    }

    private Connection run() {
        start();
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
        return client();
    }

    /** RFC 8899: the largest size that gets through, to 20 bytes; loss of probes is no congestion. */
    @ParameterizedTest
    @CsvSource({"1500, 1452", "1400, 1400", "1300, 1300", "1210, 1210", "1200, 1200"})
    void theLargestDatagramThatGetsThroughIsFound(int network, int found) {
        world.weather = new Weather(5_000_000, 0, 0, 0, 0, network, 3_000_000);
        assertThat(run().mtu()).isBetween(Math.max(1200, found - 20), found);
    }

    /** RFC 8899, section 4.3: a path that carries less than it did is noticed, and found out anew. */
    @ParameterizedTest
    @CsvSource({"1300, 1300", "1200, 1200"})
    void aPathThatGrowsNarrowInTheMiddleOfATransferIsFoundOutAnew(int network, int found) {
        world.weather = new Weather(5_000_000, 0, 0, 0, 0, 1500, 300_000);
        start();
        assertThat(world.run(2 * SECOND, () -> client().mtu() == 1452)).isTrue();
        assertThat(exchange.isDone()).isFalse();
        world.weather = world.weather.withMtu(network);
        assertThat(world.run(5 * SECOND, () -> client().mtu() < 1452))
                .as("noticed within seconds")
                .isTrue();
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
        assertThat(client().mtu()).isBetween(Math.max(1200, found - 20), found);
        assertThat(client().closing()).isNull();
    }

    /** RFC 8899, section 5.1.1: after ten minutes a larger size is tried again. */
    @Test
    void aPathThatGrowsWideIsUsedAgainAfterAWhile() {
        world.weather = new Weather(5_000_000, 0, 0, 0, 0, 1300, 3_000_000);
        Connection client = run();
        assertThat(client.mtu()).isBetween(1280, 1300);
        world.weather = world.weather.withMtu(1500);
        assertThat(world.run(500 * SECOND, () -> client.mtu() > 1300)).isFalse();
        assertThat(world.run(200 * SECOND, () -> client.mtu() == 1452)).isTrue();
    }

    /**
     * Both sides have much in flight when the path goes away for a while, and each waits for a timeout that has grown
     * with it.
     */
    @Test
    void aPathThatWasGoneIsUsedByBothSidesWhenOneHearsTheOther() {
        world.weather = new Weather(5_000_000, 0, 0, 0, 0, 1500, 300_000);
        start();
        assertThat(world.run(3 * SECOND, () -> exchange.isDone())).isFalse();
        Connection server = exchange.server.connection;
        world.dead.add(exchange.server.node.address);
        assertThat(world.run(60 * SECOND, () -> server.recovery().probes() == 6))
                .isTrue();
        world.dead.clear();
        assertThat(client().recovery().probes()).isPositive();
        assertThat(world.run(20 * SECOND, () -> client().recovery().probes() == 0))
                .as("the server has acknowledged a probe of the client")
                .isTrue();
        assertThat(world.run(SECOND / 2, () -> server.recovery().probes() == 0)).isTrue();
        assertThat(world.run(120 * SECOND, exchange::isDone)).isTrue();
    }

    @Test
    void marksThatArriveAreCountedAndUsed() {
        world.marks = mark -> mark;
        Connection client = run();
        assertThat(client.recovery().ecn().isValidated()).isTrue();
        assertThat(client.recovery().ecn().marks()).isTrue();
        assertThat(exchange.server.connection.recovery().ecn().isValidated()).isTrue();
    }

    @Test
    void aPathThatBleachesMarksGetsNoMore() {
        Connection client = run();
        assertThat(client.recovery().ecn().isValidated()).isFalse();
        assertThat(client.recovery().ecn().marks()).isFalse();
    }

    /** RFC 9002, section 7.1: a mark says what a loss says, and nothing had to be lost for it. */
    @Test
    void aMarkOfCongestionMakesTheWindowSmaller() {
        int[] seen = {0};
        world.marks = mark -> mark != 0 && ++seen[0] % 50 == 0 ? 3 : mark;
        Connection client = run();
        assertThat(world.lost).isZero();
        assertThat(client.recovery().ecn().isValidated()).isTrue();
        assertThat(client.recovery().congestion().inSlowStart()).isFalse();
    }

    /** HyStart++ (RFC 9406): the queue of a slow link ends slow start before it overflows. */
    @Test
    void slowStartEndsBeforeTheQueueOverflows() {
        world.weather = new Weather(5_000_000, 0, 0, 0, 0, 1500, 10_000_000);
        exchange.start(
                world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT),
                world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT));
        assertThat(world.run(
                        20 * SECOND,
                        () -> !exchange.client
                                .connection
                                .recovery()
                                .congestion()
                                .inSlowStart()))
                .isTrue();
        assertThat(world.lost).isZero();
        assertThat(exchange.isDone()).isFalse();
    }

    /** RFC 9002, section 7.7: no more than a burst leaves at one time, once the round trip is known. */
    @Test
    void datagramsLeaveSpreadOverTheRoundTrip() {
        world.weather = Weather.FAIR.withDelay(50_000_000);
        List<Long> times = new ArrayList<>();
        world.watcher = (from, datagram) -> {
            if (from.getHostString().equals("10.0.0.1") && datagram.length >= 1200 && datagram[0] >= 0) {
                times.add(world.now);
            }
        };
        Connection client = run();
        long window = client.recovery().congestion().window();
        int most = 0;
        int burst = 0;
        for (int i = 1; i < times.size(); i++) {
            burst = times.get(i).equals(times.get(i - 1)) ? burst + 1 : 1;
            most = Math.max(most, burst);
        }
        assertThat((long) most * 1200)
                .as("bytes at one time, of a window of %s", window)
                .isLessThan(window / 4);
    }

    /** The spin bit (RFC 9000, section 17.4) is not used: those who watch the path learn no round trip. */
    @Test
    void theSpinBitStaysZero() {
        int[] spins = {0};
        int[] shorts = {0};
        world.watcher = (from, datagram) -> {
            if (datagram[0] >= 0 && datagram.length < 1500) {
                shorts[0]++;
                spins[0] += (datagram[0] & SPIN) != 0 ? 1 : 0;
            }
        };
        run();
        assertThat(shorts[0]).isPositive();
        assertThat(spins[0]).isZero();
    }
}
