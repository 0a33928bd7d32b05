package libp2p.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void fetchingTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.fetch")).isEmpty();
    }
}
