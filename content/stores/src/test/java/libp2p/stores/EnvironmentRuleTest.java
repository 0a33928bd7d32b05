package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void storesTakeTheOutsideWorldFromTheirEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.stores")).isEmpty();
    }
}
