package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BootstrapOptionTest {
    private static IdentityOptions options(String... arguments) {
        IdentityOptions options = new IdentityOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return options;
    }

    private static String fullAddress(Host host) {
        return host.addresses().getFirst().withPeer(host.peerId().toBytes()).toString();
    }

    @Test
    void theNamedPeersAreConnectedTo() throws Exception {
        try (Host first = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
                Host second = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
                Subscription<ConnectednessChanged> atFirst = first.events().subscribe(ConnectednessChanged.class);
                Subscription<ConnectednessChanged> atSecond = second.events().subscribe(ConnectednessChanged.class);
                Host node = options("--bootstrap", fullAddress(first), "--bootstrap", fullAddress(second))
                        .host()
                        .start()) {
            assertThat(atFirst.take(Deadline.NONE).peer()).isEqualTo(node.peerId());
            assertThat(atSecond.take(Deadline.NONE).peer()).isEqualTo(node.peerId());
        }
    }

    @Test
    void aWrongAddressIsAMistakeOfTheCaller() {
        assertThatThrownBy(() -> options("--bootstrap", "/ip4/1.2.3/tcp/1").host())
                .isInstanceOfSatisfying(
                        MalformedException.class,
                        e -> assertThat(Exit.codeOf(e)).isEqualTo(Exit.USAGE));
    }
}
