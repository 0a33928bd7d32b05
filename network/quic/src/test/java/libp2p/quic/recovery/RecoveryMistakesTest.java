package libp2p.quic.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import libp2p.quic.simulation.Planted;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mistakes in recovery, planted one at a time: the model must notice each within {@link #SEEDS} seeds. */
@Tag("long")
class RecoveryMistakesTest {
    private static final int SEEDS = 300;

    enum Mistake {
        A_PACKET_IS_LOST_ONE_NUMBER_TOO_LATE("LossRecovery", "PACKET_THRESHOLD = 3", "PACKET_THRESHOLD = 4"),
        A_PACKET_IS_LOST_TOO_EARLY("RttEstimator", "longest + longest / 8", "longest + longest / 16"),
        THE_BACKOFF_OF_PROBES_IS_FORGOTTEN(
                "LossRecovery", "long backoff = 1L << Math.min(probes, MAX_BACKOFF);", "long backoff = 1L;"),
        THE_DELAY_OF_ACKNOWLEDGEMENTS_IS_FORGOTTEN(
                "LossRecovery", "rtt.probeTimeout() + remoteMaxAckDelay", "rtt.probeTimeout()"),
        THE_VARIANCE_IS_THAT_OF_THE_NEW_MEAN(
                "RttEstimator",
                "        variance = (3 * variance + Math.abs(smoothed - adjusted)) / 4;\n"
                        + "        smoothed = (7 * smoothed + adjusted) / 8;",
                "        smoothed = (7 * smoothed + adjusted) / 8;\n"
                        + "        variance = (3 * variance + Math.abs(smoothed - adjusted)) / 4;"),
        THE_TOLD_DELAY_IS_NOT_BOUNDED(
                "LossRecovery", "confirmed ? Math.min(delayNanos, remoteMaxAckDelay) : delayNanos", "delayNanos"),
        CONGESTION_IS_PERSISTENT_TOO_SOON("LossRecovery", "PERSISTENT = 3", "PERSISTENT = 2"),
        CONGESTION_PERSISTS_FROM_BEFORE_THE_FIRST_SAMPLE("RttEstimator", "measured && time > firstSample", "measured"),
        WHAT_ARRIVED_IN_BETWEEN_IS_NOT_SEEN("LossRecovery", "interrupted = true;", "interrupted = false;"),
        THE_WINDOW_SHRINKS_TOO_LITTLE("CongestionController", "BETA = 0.7", "BETA = 0.8"),
        THE_SHARE_IS_THAT_OF_TWO_FLOWS("CongestionController", "FLOWS = 1.5", "FLOWS = 2"),
        THE_WINDOW_SHRINKS_TWICE_IN_A_ROUND_TRIP(
                "CongestionController", "return sentTime <= recoveryStart;", "return false;"),
        CUBIC_GROWS_WHILE_NOTHING_IS_SENT("CongestionController", "epoch += now - unlimitedSince;", "epoch += 0;"),
        CUBIC_FORGETS_ITS_SUMMIT(
                "CongestionController",
                "windowMax = window < windowMax ? window * (1 + BETA) / 2 : window;",
                "windowMax = window;"),
        SLOW_START_IS_NOT_LEFT("SlowStart", "CONSERVATIVE_ROUNDS = 5", "CONSERVATIVE_ROUNDS = 6"),
        THE_WINDOW_GROWS_THOUGH_IT_LIMITS_NOBODY(
                "CongestionController", "boolean limited = isLimited();", "boolean limited = true;"),
        MARKS_OF_CONGESTION_ARE_NOT_HEEDED("EcnValidation", "return moreCe > 0;", "return false;"),
        COUNTS_OF_MARKS_ARE_THOSE_OF_ANOTHER_SPACE("EcnValidation", "moreEct0 < 0 ||", "moreEct0 <= 0 ||"),
        BYTES_IN_FLIGHT_ARE_FORGOTTEN_WITH_THE_KEYS(
                "LossRecovery", "if (packet != null && packet.inFlight) {", "if (packet == null) {");

        final String file;
        final String right;
        final String wrong;

        Mistake(String file, String right, String wrong) {
            this.file = "recovery/" + file;
            this.right = right;
            this.wrong = wrong;
        }
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void theModelNoticesEach(Mistake mistake, @TempDir Path classes) throws Exception {
        try (Planted planted = Planted.into(mistake.file, mistake.right, mistake.wrong, classes)) {
            assertThat(planted.firstSeedThatFails(ModelRun.class, "of", SEEDS)).isNotNegative();
        }
    }
}
