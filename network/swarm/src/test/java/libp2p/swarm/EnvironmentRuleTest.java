package libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void theSwarmTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.swarm")).isEmpty();
    }
}
