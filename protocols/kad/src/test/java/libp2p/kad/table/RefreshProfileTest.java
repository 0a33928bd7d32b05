package libp2p.kad.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pace of each bucket. */
class RefreshProfileTest {
    private static final Duration EVEN = Duration.ofMinutes(10);

    @ParameterizedTest
    @CsvSource({"0, 5", "31, 5", "32, 10", "63, 10", "64, 30", "127, 30", "128, 60", "255, 60"})
    void bucketsAreRefreshedByTheirDistance(int bucket, int minutes) {
        assertThat(RefreshProfile.BY_DISTANCE.period(bucket, EVEN)).hasMinutes(minutes);
        assertThat(RefreshProfile.EVEN.period(bucket, EVEN)).isEqualTo(EVEN);
    }

    @Test
    void theTableIsLookedAtAsOftenAsItsBusiestBucketNeeds() {
        assertThat(RefreshProfile.BY_DISTANCE.shortest(EVEN)).hasMinutes(5);
        assertThat(RefreshProfile.EVEN.shortest(EVEN)).isEqualTo(EVEN);
    }

    @Test
    void stepsBeginWithTheFirstBucketAndRise() {
        RefreshProfile.Step first = new RefreshProfile.Step(0, EVEN);
        RefreshProfile.Step later = new RefreshProfile.Step(5, EVEN);
        assertThatThrownBy(() -> new RefreshProfile(List.of(later))).hasMessageContaining("begin with 0 and rise");
        assertThatThrownBy(() -> new RefreshProfile(List.of(first, later, later)))
                .hasMessageContaining("begin with 0 and rise");
        assertThatThrownBy(() -> new RefreshProfile.Step(0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
