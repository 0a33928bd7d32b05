package libp2p.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import libp2p.core.concurrent.KeyedRates.Rate;
import org.junit.jupiter.api.Test;

class KeyedRatesTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aKeyMayAskAsOftenAsItsBurstAndThenOnceForEachRefill() {
        KeyedRates<String> rates = new KeyedRates<>(new Rate(3, Duration.ofSeconds(2)), 10);
        assertThat(rates.take("a", 0)).isTrue();
        assertThat(rates.take("a", 0)).isTrue();
        assertThat(rates.take("a", 0)).isTrue();
        assertThat(rates.take("a", 0)).isFalse();
        assertThat(rates.take("a", 2 * SECOND - 1)).isFalse();
        assertThat(rates.take("a", 2 * SECOND)).isTrue();
        assertThat(rates.take("a", 2 * SECOND)).isFalse();
        assertThat(rates.take("b", 2 * SECOND)).isTrue();
    }

    @Test
    void aBucketFillsUpToItsBurstAndNoFurther() {
        KeyedRates<String> rates = new KeyedRates<>(Rate.perMinute(2), 10);
        assertThat(rates.take("a", 0)).isTrue();
        long later = 3600 * SECOND;
        assertThat(rates.take("a", later)).isTrue();
        assertThat(rates.take("a", later)).isTrue();
        assertThat(rates.take("a", later)).isFalse();
    }

    @Test
    void aFloodOfInventedKeysIsRefusedAndForgetsNobody() {
        KeyedRates<Integer> rates = new KeyedRates<>(new Rate(1, Duration.ofSeconds(10)), 100);
        assertThat(rates.take(-1, 0)).isTrue();
        int allowed = 0;
        for (int key = 0; key < 10_000; key++) {
            allowed += rates.take(key, SECOND) ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(99);
        assertThat(rates.size()).isEqualTo(100);
        assertThat(rates.take(-1, SECOND)).isFalse();
        assertThat(rates.take(20_000, 20 * SECOND)).isTrue();
        assertThat(rates.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void whatAFloodHasLeftIsForgottenAsOthersAsk() {
        KeyedRates<Integer> rates = new KeyedRates<>(new Rate(1, Duration.ofSeconds(10)), 1000);
        for (int key = 0; key < 900; key++) {
            rates.take(key, SECOND);
        }
        assertThat(rates.size()).isEqualTo(900);
        for (int i = 1; i <= 900; i++) {
            assertThat(rates.take(-1, i * 20 * SECOND)).isTrue();
        }
        assertThat(rates.size()).isEqualTo(1);
    }
}
