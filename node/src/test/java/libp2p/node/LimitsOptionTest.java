package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.control.ControlService;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code --limits} of every command that starts a host, {@code p2p limits}, and {@code p2p resources --limits}. */
class LimitsOptionTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("limits");
    }

    private static HostBuilder host(String limits) throws Exception {
        HostOptions options = new HostOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--limits", limits);
        return options.host();
    }

    private static ResourceLimits of(Host host) {
        return ((CountingResourceManager) host.resourceManager()).limits();
    }

    @Test
    void theLimitsOfTheFileHoldAndTheNodeShowsThem() throws Exception {
        Files.writeString(file, "# room for one\nsystem.connectionsInbound = 1\n");
        Path data = file.resolveSibling("data");
        HostBuilder builder = host(file.toString())
                .dataDirectory(data)
                .with(new ControlService(data))
                .listen("/ip4/127.0.0.1/tcp/0");
        try (Host host = builder.start();
                Host first = Libp2p.host().start();
                Host second = Libp2p.host().start()) {
            PeerAddress address = PeerAddress.of(host.peerId(), host.addresses());
            assertThat(Ping.once(first, address)).isPositive();
            assertThatThrownBy(() -> Ping.once(second, address)).isInstanceOf(java.io.IOException.class);
            assertThat(Commands.run(Exit.DONE, "resources", "--data", data.toString()))
                    .contains("connectionsInbound 1/1")
                    .contains("system connectionsInbound 1\n");
            assertThat(Commands.run(Exit.DONE, "resources", "--limits", "--data", data.toString()))
                    .isEqualTo(LimitsFile.text(of(host)))
                    .contains("system.connectionsInbound = 1\n");
            assertThat(of(host).of(ScopeKind.PEER))
                    .isEqualTo(ResourceLimits.ofThisMachine().of(ScopeKind.PEER));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "DEFAULT", "none", "None"})
    void aWordStandsForTheDefaultsOrForNoLimits(String word) throws Exception {
        ResourceLimits meant =
                word.equalsIgnoreCase("none") ? ResourceLimits.unlimited() : ResourceLimits.ofThisMachine();
        try (Host host = host(word).start()) {
            assertThat(of(host)).isEqualTo(meant);
        }
        assertThat(Commands.run(Exit.DONE, "limits", word))
                .startsWith("# Limits of a node")
                .contains("\n" + LimitsFile.text(meant), "\nswarm.dialing.timeout = 15s\n", "\nkad.lookup.");
    }

    @Test
    void whatTheCommandPrintsIsAFileThatSaysTheSame() throws Exception {
        String defaults = Commands.run(Exit.DONE, "limits");
        assertThat(defaults).contains("system.connections = ", "network[ip4/32 ip6/56].connections = 8\n");
        Files.writeString(file, defaults.replaceFirst("system.connections = \\d+", "system.connections = 77"));
        assertThat(Commands.run(Exit.DONE, "limits", file.toString()))
                .isEqualTo(Files.readString(file))
                .contains("system.connections = 77\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "listen", "ping"})
    void aWrongFileIsAMistakeOfTheCallerToldWithItsLine(String command) throws Exception {
        Files.writeString(file, "system.streams = 4\n\nsystem.conections = 1\n");
        String address = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
        String[] words = command.equals("ping")
                ? new String[] {command, address, "--limits", file.toString()}
                : new String[] {command, "--limits", file.toString()};
        assertThat(Commands.complaint(Exit.USAGE, words))
                .startsWith(command + ": limits file " + file
                        + ", line 3: 'conections' is no limit; these are: connections")
                .hasLineCount(1);
    }

    @Test
    void aFileThatIsNotThereIsAMistakeToo() {
        assertThat(Commands.complaint(Exit.USAGE, "node", "--limits", file.toString()))
                .isEqualTo("node: --limits takes default, none or a file; there is no file " + file
                        + System.lineSeparator());
        assertThat(Commands.complaint(Exit.USAGE, "limits", folder.toString()))
                .startsWith("limits: limits file " + folder + " cannot be read: ");
    }
}
