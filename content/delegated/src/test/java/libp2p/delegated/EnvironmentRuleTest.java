package libp2p.delegated;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void aClientTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.delegated")).isEmpty();
    }
}
