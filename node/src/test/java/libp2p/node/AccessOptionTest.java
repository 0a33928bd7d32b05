package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import libp2p.Libp2p;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.MalformedException;
import libp2p.node.control.ControlService;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AccessOptionTest {
    @TempDir
    Path folder;

    private IdentityOptions options(String rules) throws Exception {
        Path file = folder.resolve("rules");
        Files.writeString(file, rules);
        IdentityOptions options = new IdentityOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--access", file.toString());
        return options;
    }

    @Test
    void theRulesOfTheFileHoldAndTheExitCodeTellsOfARefusal() throws Exception {
        IdentityOptions options = options("allow both /ipfs/* *");
        try (Host host = options.host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .with(new Echo())
                        .start();
                Host client = Libp2p.host().start()) {
            PeerAddress address = PeerAddress.of(host.peerId(), host.addresses());
            assertThat(Ping.once(client, address)).isPositive();
            assertThatThrownBy(() -> client.open(
                            address, Echo.PROTOCOL, stream -> stream.input().read()))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            refused -> assertThat(Exit.codeOf(refused)).isEqualTo(Exit.REFUSED));
        }
    }

    @Test
    void aRuleIsAboutARoleThatTheFileGives() throws Exception {
        try (Host client = Libp2p.host().start();
                Host host = options("""
                        allow both /ipfs/* *
                        allow inbound /echo/* role:moderator
                        role moderator %s
                        """.formatted(client.peerId()))
                        .host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .with(new Echo())
                        .start();
                Host guest = Libp2p.host().start()) {
            PeerAddress address = PeerAddress.of(host.peerId(), host.addresses());
            assertThat(echo(client, address)).isEqualTo(7);
            assertThatThrownBy(() -> echo(guest, address)).isInstanceOf(StreamResetException.class);
        }
    }

    private static int echo(Host client, PeerAddress address) throws IOException {
        return client.open(address, Echo.PROTOCOL, stream -> {
            stream.write(new byte[] {7});
            return stream.input().read();
        });
    }

    @Test
    void theFileIsReadAgainOnRequestAndAMistakeInItChangesNothing() throws Exception {
        IdentityOptions options = options("allow both /ipfs/* *");
        String data = folder.resolve("data").toString();
        options.data = Path.of(data);
        try (Host host = options.host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .with(new Echo())
                        .with(new ControlService(options.data))
                        .start();
                Host client = Libp2p.host().start()) {
            PeerAddress address = PeerAddress.of(host.peerId(), host.addresses());
            assertThat(Commands.run(Exit.DONE, "reload", "--data", data)).isEqualTo("the rules have not changed\n");
            Files.writeString(folder.resolve("rules"), "default allow");
            assertThat(Commands.run(Exit.DONE, "reload", "--data", data)).isEqualTo("the rules have changed\n");
            assertThat(client.open(address, Echo.PROTOCOL, AccessOptionTest::answer))
                    .isEqualTo(7);
            Files.writeString(folder.resolve("rules"), "\ndefault perhaps");
            assertThat(Commands.complaint(Exit.USAGE, "reload", "--data", data)).startsWith("reload: rules, line 2: ");
            assertThat(client.open(address, Echo.PROTOCOL, AccessOptionTest::answer))
                    .isEqualTo(7);
        }
        assertThat(Commands.complaint(Exit.FAILED, "reload", "--data", data)).contains("no node runs on " + data);
    }

    private static int answer(Stream stream) throws IOException {
        stream.write(new byte[] {7});
        return stream.input().read();
    }

    /** A process that may write there would decide who may use this one. */
    @Test
    void rulesThatOthersMayChangeAreNotBelieved() throws Exception {
        IdentityOptions options = options("default allow");
        Path file = folder.resolve("rules");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(options::host).isInstanceOf(IOException.class).hasMessageContaining("chmod go-w");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(options.host()).isNotNull();
    }

    @Test
    void aWrongFileIsAMistakeOfTheCaller() throws Exception {
        IdentityOptions options = options("allow all");
        assertThatThrownBy(options::host)
                .isInstanceOfSatisfying(
                        MalformedException.class,
                        e -> assertThat(Exit.codeOf(e)).isEqualTo(Exit.USAGE))
                .hasMessageContaining("line 1");
    }
}
