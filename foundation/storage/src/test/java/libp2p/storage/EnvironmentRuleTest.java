package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void theDatastoresTakeTheOutsideWorldFromTheirEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.storage")).isEmpty();
    }
}
