package libp2p.transports.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    @Test
    void theTransportsTakeTheOutsideWorldFromTheirEnvironment() {
        assertThat(EnvironmentRule.violations("libp2p.transports")).isEmpty();
    }
}
