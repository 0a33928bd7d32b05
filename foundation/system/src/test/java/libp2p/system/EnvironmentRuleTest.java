package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.testing.EnvironmentRule;
import org.junit.jupiter.api.Test;

class EnvironmentRuleTest {
    /** The classes below are the outside world. */
    @Test
    void theRestTakesTheOutsideWorldFromItsEnvironment() {
        assertThat(EnvironmentRule.violations(
                        "libp2p.system",
                        "libp2p.system.SystemEnvironment",
                        "libp2p.system.SystemMulticast",
                        "libp2p.system.SystemNetwork",
                        "libp2p.system.SystemTimers",
                        "libp2p.system.SystemTcpListener",
                        "libp2p.system.SystemUdpSocket",
                        "libp2p.system.LoopThread",
                        "libp2p.system.OffloadPool",
                        "libp2p.system.TcpConnector"))
                .isEmpty();
    }
}
