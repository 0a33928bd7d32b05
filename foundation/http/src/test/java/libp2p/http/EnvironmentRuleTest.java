package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void httpTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.http")).isEmpty();
    }
}
