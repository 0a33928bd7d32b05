package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ListenOptionsTest {
    private static final String HASHES = "(/certhash/u[A-Za-z0-9_-]+){2}";

    /** The addresses that a node with these options announces beside loopback, on a machine with an address of each family. */
    private static List<String> announced(String... options) {
        List<String> announced = new ArrayList<>();
        Simulation.of(1).run(simulation -> {
            HostBuilder builder = Libp2p.host().environment(simulation.host("node", "10.0.0.1", "fd00::1"));
            CommandLine.populateCommand(new ListenOptions(), options).install(builder);
            try (Host host = builder.start()) {
                host.addresses().stream()
                        .filter(address -> !address.isLoopback())
                        .forEach(address -> announced.add(address.toString()));
            }
        });
        return announced;
    }

    @Test
    void aNodeThatIsToldNoAddressAnnouncesEachTransportAndTheHashesForBrowsers() {
        List<String> announced = announced();
        assertThat(announced)
                .hasSize(6)
                .contains(
                        "/ip4/10.0.0.1/tcp/4001",
                        "/ip4/10.0.0.1/udp/4001/quic-v1",
                        "/ip6/fd00::1/tcp/4001",
                        "/ip6/fd00::1/udp/4001/quic-v1")
                .anyMatch(address -> address.matches("/ip4/10.0.0.1/udp/4001/quic-v1/webtransport" + HASHES))
                .anyMatch(address -> address.matches("/ip6/fd00::1/udp/4001/quic-v1/webtransport" + HASHES));
    }

    @Test
    void browsersAreLeftOutOfTheDefaultAddressesAlone() {
        assertThat(announced("--no-browsers"))
                .containsExactlyInAnyOrder(
                        "/ip4/10.0.0.1/tcp/4001",
                        "/ip4/10.0.0.1/udp/4001/quic-v1",
                        "/ip6/fd00::1/tcp/4001",
                        "/ip6/fd00::1/udp/4001/quic-v1");
        assertThat(announced("--no-browsers", "--listen", "/ip4/10.0.0.1/udp/4002/quic-v1/webtransport"))
                .singleElement()
                .matches(address -> address.matches("/ip4/10.0.0.1/udp/4002/quic-v1/webtransport" + HASHES));
    }
}
