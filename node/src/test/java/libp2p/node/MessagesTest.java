package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import libp2p.Libp2p;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.node.host.ByteSize;
import libp2p.node.host.Exit;
import libp2p.node.host.PluginFolder;
import libp2p.protocols.perf.Perf;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** The texts for a person who is new to the program, or makes a mistake. */
class MessagesTest {
    @TempDir
    Path folder;

    @Test
    void aWrongOptionIsToldInTwoLines() {
        assertThat(Commands.complaint(Exit.USAGE, "ping", "/ip4/127.0.0.1/tcp/1", "--wrong"))
                .contains("--wrong")
                .contains("see: p2p ping --help")
                .satisfies(said -> assertThat(said.lines()).hasSizeLessThanOrEqualTo(3));
    }

    @ParameterizedTest
    @CsvSource({
        "nod, node",
        "nodes, node",
        "ipng, ping",
        "indentify, identify",
        "idd, id or add",
        "sl, ls",
        "swrm, swarm",
        "swarm peer, peers",
        "pin ad, add",
        "key shwo, show",
        "pubsub tpics, topics",
        "peers, pubsub peers or swarm peers",
        "disconnect, swarm disconnect",
        "connects, debug connects",
        "stats, ",
        "whatever, ",
        "pin something, ",
        "node --lisen x, --listen",
        "node --lisen=x, --listen",
        "ping x --securty=tls, --security",
        "ping x --jsno, --json",
        "ping x --wrong, ",
        "add x --no-progres, --no-progress",
    })
    void aMistypedWordIsMetWithTheNearestOneIfThatIsNear(String mistyped, String meant) {
        String complaint = Commands.complaint(Exit.USAGE, mistyped.split(" "));
        if (meant == null) {
            assertThat(complaint).doesNotContain("did you mean");
        } else {
            assertThat(complaint).contains("did you mean " + meant + "?");
        }
    }

    @Test
    void errorsAreJsonWhereJsonIsWanted() {
        assertThat(Commands.complaint(Exit.USAGE, "ping", "--json", "/ip4/1.2.3/tcp/1"))
                .startsWith("{\"")
                .contains("\"event\":\"error\"", "\"message\":\"");
    }

    @Test
    void aKeyThatIsAFolderAndACertificateThatIsMissingAreNamed() {
        String address = "/ip4/127.0.0.1/tcp/1";
        assertThat(Commands.complaint(Exit.FAILED, "ping", address, "--key", folder.toString()))
                .contains("key file " + folder + " is a folder");
        Path missing = folder.resolve("missing.pem");
        assertThat(Commands.complaint(
                        Exit.FAILED,
                        "node",
                        "--memory",
                        "--listen",
                        "/ip4/127.0.0.1/tcp/0/tls/ws",
                        "--tls-cert",
                        missing.toString(),
                        "--tls-key",
                        missing.toString()))
                .contains(missing.toString())
                .contains("there is no such file");
    }

    @Test
    void aCertificateThatIsNotTrustedIsToldWithTheCure() throws Exception {
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0/tls/ws").start()) {
            String address = host.addresses().getFirst() + "/p2p/" + host.peerId();
            assertThat(Commands.complaint(Exit.REFUSED, "ping", address)).contains("--tls-insecure");
        }
    }

    @Test
    void everyUsualMistakeIsToldWithItsCure() throws Exception {
        assertThat(Commands.complaint(Exit.USAGE, "ping", "127.0.0.1:4001")).contains("an address looks like /ip4/");
        assertThat(Commands.complaint(Exit.USAGE, "ping", "/ip4/127.0.0.1/tpc/1"))
                .contains("an address looks like");
        assertThat(Commands.complaint(Exit.FAILED, "node", "--memory", "--listen", "/ip4/127.0.0.1/sctp/1"))
                .contains("a node listens on addresses like");
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = host.addresses().getFirst().toString();
            assertThat(Commands.complaint(Exit.FAILED, "node", "--memory", "--listen", address))
                    .contains("take another port, or 0");
            assertThat(Commands.complaint(Exit.REFUSED, "echo", address + "/p2p/" + host.peerId()))
                    .contains("--serve echo");
            String another =
                    Identity.generate(SystemEnvironment.shared()).peerId().toString();
            assertThat(Commands.complaint(Exit.REFUSED, "ping", address + "/p2p/" + another))
                    .contains("another peer answers there");
            host.close();
            assertThat(Commands.complaint(Exit.NOT_REACHED, "ping", address + "/p2p/" + another))
                    .contains("is it running");
        }
        assertThat(Commands.complaint(Exit.USAGE, "ping", "--json", "here"))
                .contains("\"cure\":\"an address looks like");
    }

    @Test
    void bytesMayHaveUnits() {
        ByteSize size = new ByteSize();
        assertThat(size.convert("1000")).isEqualTo(1000);
        assertThat(size.convert("100M")).isEqualTo(100_000_000);
        assertThat(size.convert("100MB")).isEqualTo(100_000_000);
        assertThat(size.convert("64MiB")).isEqualTo(64 << 20);
        assertThat(size.convert("1.5 gib")).isEqualTo(3L << 29);
        for (String wrong : new String[] {"", "M", "-1", "1XB", "99999999999T"}) {
            assertThatThrownBy(() -> size.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void perfMeasuresSomethingWithoutOptionsAndSaysHowFast() throws Exception {
        try (Host host =
                Libp2p.host().with(new Perf()).listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = host.addresses().getFirst() + "/p2p/" + host.peerId();
            assertThat(Commands.run(Exit.DONE, "perf", address))
                    .contains("up 100.0 MB in ", "down 100.0 MB in ", "/s)");
        }
    }

    /** The specification has 64 bits for the size of a download, and means all of them. */
    @Test
    void aDownloadOfAnySizeBegins() throws Exception {
        try (Host host = Libp2p.host()
                        .with(new Perf())
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .start();
                Host client = Libp2p.host().start();
                Stream stream = client.open(
                        PeerAddress.of(host.peerId(), host.addresses()), DialOptions.DEFAULT, Perf.PROTOCOL)) {
            stream.write(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
            stream.closeWrite();
            assertThat(stream.input().readNBytes(1 << 20)).hasSize(1 << 20);
            stream.reset(0);
        }
    }

    /** Anybody with the right to write there runs as this process. */
    @Test
    void pluginsThatOthersMayChangeAreNotLoaded() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginFolder.loader(plugins);
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatThrownBy(() -> PluginFolder.loader(plugins))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod go-w");
    }
}
