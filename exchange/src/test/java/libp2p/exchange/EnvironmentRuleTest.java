package libp2p.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void exchangesTakeTheOutsideWorldFromTheirEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.exchange")).isEmpty();
    }
}
