package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static Duration remaining(Backoff backoff) {
        return Duration.ofNanos(backoff.remainingNanos(null, ADDRESS));
    }

    /** The pause and up to a tenth more. */
    private static void requirePause(Backoff backoff, Duration pause) {
        assertThat(remaining(backoff)).isBetween(pause, pause.plus(pause.dividedBy(10)));
    }

    @Test
    void thePauseGrowsWithEachFailureUpToAMostAndBeginsAnewAfterALongQuiet() {
        Simulation.of(1).run(simulation -> {
            Backoff backoff = new Backoff(simulation.host("host", "10.0.0.1"), 10);
            assertThat(remaining(backoff)).isZero();
            for (int tries = 0; tries < 4; tries++) {
                backoff.failed(null, ADDRESS);
                requirePause(backoff, FIRST.plusSeconds(tries * tries));
                simulation.sleep(remaining(backoff));
                assertThat(remaining(backoff)).isZero();
            }
            simulation.sleep(LONGEST.plusSeconds(1));
            backoff.failed(null, ADDRESS);
            requirePause(backoff, FIRST);
            for (int tries = 0; tries < 30; tries++) {
                backoff.failed(null, ADDRESS);
            }
            requirePause(backoff, LONGEST);
        });
    }

    @Test
    void aSuccessEndsIt() {
        Simulation.of(1).run(simulation -> {
            Backoff backoff = new Backoff(simulation.host("host", "10.0.0.1"), 10);
            backoff.failed(null, ADDRESS);
            backoff.succeeded(null, ADDRESS);
            assertThat(remaining(backoff)).isZero();
        });
    }

    @Test
    void onlySoManyAreRemembered() {
        Simulation.of(1).run(simulation -> {
            Backoff backoff = new Backoff(simulation.host("host", "10.0.0.1"), 2);
            backoff.failed(null, ADDRESS);
            for (int port = 1; port <= 2; port++) {
                backoff.failed(null, Multiaddr.parse("/ip4/192.0.2.1/tcp/" + port));
            }
            assertThat(remaining(backoff)).isZero();
        });
    }
}
