package libp2p.contracts.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestEnvironmentTest {
    private final TestEnvironment environment = new TestEnvironment();

    @Test
    void theRandomnessOfAUseGoesOnFromCallToCall() {
        long first = environment.random("walk").nextLong();
        assertThat(environment.random("walk").nextLong()).isNotEqualTo(first);
        assertThat(new TestEnvironment().random("walk").nextLong())
                .as("in another environment")
                .isEqualTo(first);
    }

    @Test
    void noTwoNoncesAreTheSame() {
        byte[] first = new byte[16];
        byte[] second = new byte[16];
        environment.secureRandom(first);
        environment.secureRandom(second);
        assertThat(second).isNotEqualTo(first);
    }
}
