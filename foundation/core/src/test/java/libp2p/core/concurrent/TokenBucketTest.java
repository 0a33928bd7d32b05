package libp2p.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    /** Two a second, at most ten at once. */
    private final TokenBucket bucket = new TokenBucket(2, 10, 0);

    @Test
    void whatIsTakenIsGoneUntilItFlowsBack() {
        assertThat(bucket.tryTake(7, 0)).isTrue();
        assertThat(bucket.tryTake(4, 0)).isFalse();
        assertThat(bucket.tryTake(3, 0)).isTrue();
        assertThat(bucket.tryTake(1, SECOND / 4)).isFalse();
        assertThat(bucket.tryTake(1, SECOND / 2)).isTrue();
    }

    @Test
    void noMoreThanTheBurstGathers() {
        assertThat(bucket.isFull(0)).isTrue();
        bucket.tryTake(10, 0);
        assertThat(bucket.isFull(4 * SECOND)).isFalse();
        assertThat(bucket.isFull(5 * SECOND)).isTrue();
        assertThat(bucket.tryTake(11, 100 * SECOND)).isFalse();
        assertThat(bucket.tryTake(10, 100 * SECOND)).isTrue();
    }

    @Test
    void theTimeToWaitIsThatWhichTheTokensNeed() {
        bucket.tryTake(10, 0);
        assertThat(bucket.nanosUntil(1, 0)).isEqualTo(SECOND / 2);
        assertThat(bucket.nanosUntil(4, SECOND)).isEqualTo(SECOND);
        assertThat(bucket.nanosUntil(11, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(bucket.nanosUntil(2, SECOND)).isZero();
    }

    @Test
    void aClockThatIsReadInTheWrongOrderGivesNoTokenTwice() {
        bucket.tryTake(10, SECOND);
        assertThat(bucket.tryTake(1, 0)).isFalse();
        assertThat(bucket.tryTake(1, SECOND + SECOND / 4)).isFalse();
        assertThat(bucket.tryTake(1, SECOND + SECOND / 2)).isTrue();
    }

    @Test
    void aRateThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new TokenBucket(-1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenBucket(Double.NaN, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenBucket(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
