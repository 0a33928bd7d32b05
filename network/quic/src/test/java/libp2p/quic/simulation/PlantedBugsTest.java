package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bugs of the kind that people make, planted one at a time into the source: the scenarios must find each within 140
 * seeds.
 */
class PlantedBugsTest {
    private static final int SEEDS = 140;

    enum Bug {
        AN_ACK_RANGE_IS_OFF_BY_ONE(
                "recovery/ReceivedRanges",
                ".varint(largest[0] - smallest[0]);",
                ".varint(Math.min(largest[0], largest[0] - smallest[0] + 1));"),
        A_PROBE_TIMEOUT_IS_LOST("connection/Timers", "if (index < 0) {", "if (index < 3) {"),
        CREDIT_IS_COUNTED_TWICE("stream/Streams", "received += bytes;", "received += 2 * bytes;"),
        THE_KEY_PHASE_IS_FLIPPED_BEFORE_THE_PACKET_IS_AUTHENTICATED(
                "protect/KeyPhases",
                "                update = true;",
                "                update = true;\n                advanceReceiving(until);"),
        A_RETIRED_ID_IS_STILL_USED(
                "connection/RemoteConnectionIds", "current = available.removeFirst();", "available.removeFirst();"),
        A_FINAL_SIZE_MOVES(
                "stream/SendPart",
                "resetSize = Math.max(buffer.sent(), reliable);",
                "resetSize = buffer.acknowledged();");

        final String file;
        final String right;
        final String wrong;

        Bug(String file, String right, String wrong) {
            this.file = file;
            this.right = right;
            this.wrong = wrong;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void everyBugIsFound(Bug bug, @TempDir Path classes) throws Exception {
        try (Planted planted = Planted.into(bug.file, bug.right, bug.wrong, classes)) {
            assertThat(planted.firstSeedThatFails(Scenario.class, "run", SEEDS)).isNotNegative();
        }
    }
}
