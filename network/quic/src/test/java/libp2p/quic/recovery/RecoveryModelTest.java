package libp2p.quic.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.quic.recovery.ModelRun.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's loss recovery and congestion control agree with a plain model of the RFCs, step by step. */
class RecoveryModelTest {
    @Test
    void engineAndModelAgree() {
        int[] seen = new int[Kind.values().length];
        for (int seed = 0; seed < 30; seed++) {
            try {
                int[] met = ModelRun.of(seed);
                for (int i = 0; i < seen.length; i++) {
                    seen[i] += met[i];
                }
            } catch (AssertionError failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        for (Kind kind : Kind.values()) {
            assertThat(seen[kind.ordinal()]).as("%s in all runs", kind).isPositive();
        }
    }

    @ParameterizedTest(name = "seeds from {0}000")
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    @Tag("long")
    void engineAndModelAgreeUnderTenThousandSeeds(int thousand) {
        List<String> failures = new ArrayList<>();
        for (int seed = thousand * 1000; seed < (thousand + 1) * 1000; seed++) {
            try {
                ModelRun.of(seed);
            } catch (AssertionError failure) {
                failures.add("seed " + seed + ": " + failure.getMessage());
            }
        }
        assertThat(failures).isEmpty();
    }
}
