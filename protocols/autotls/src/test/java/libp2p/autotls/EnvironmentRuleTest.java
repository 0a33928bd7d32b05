package libp2p.autotls;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void autoTlsTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.autotls")).isEmpty();
    }
}
