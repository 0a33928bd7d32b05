package libp2p.ipld;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void codecsAndFilesTakeTheOutsideWorldFromTheirEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.ipld")).isEmpty();
    }
}
