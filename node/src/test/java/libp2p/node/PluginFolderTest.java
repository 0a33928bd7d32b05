package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.TransportFactory;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import libp2p.node.host.PluginFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A jar that another project has built brings a protocol and a transport. */
class PluginFolderTest {
    private static final String PROTOCOL = """
        package elsewhere;

        public final class Greeting implements libp2p.core.host.HostService {
            @Override
            public void start(libp2p.core.host.Host host) {
                host.handle("/greeting/1.0.0", stream -> stream.write("good day".getBytes()));
            }

            @Override
            public void close() {}
        }
        """;

    /** Serves a greeting that an option chooses, and asks a peer for its greeting. */
    private static final String FAMILY = """
        package elsewhere;

        import java.util.List;
        import libp2p.core.host.*;

        public final class Salute implements ProtocolFamily {
            private static final String PROTOCOL = "/salute/1.0.0";

            @Override
            public void contribute(HostAssembly assembly) {
                String words = assembly.option("--salute-words").orElse("hello");
                assembly.service(new HostService() {
                    @Override
                    public void start(Host host) {
                        host.handle(PROTOCOL, stream -> stream.write(words.getBytes()));
                    }

                    @Override
                    public void close() {}
                });
            }

            @Override
            public List<FamilyOption> options() {
                return List.of(new FamilyOption("--salute-words", "WORDS", "What the host says to those who ask."));
            }

            @Override
            public List<FamilyCommand> commands() {
                return List.of(new FamilyCommand("salute", "Asks a peer for its greeting.", List.of("MULTIADDR"),
                        (host, parameters, output) -> output.accept("it says " + host.open(parameters.get(0), PROTOCOL,
                                stream -> new String(stream.input().readAllBytes())))));
            }
        }
        """;

    /** Passes everything on to TCP, under another name. */
    private static final String TRANSPORT = """
        package elsewhere;

        import libp2p.core.host.TransportFactory;
        import libp2p.core.transport.*;
        import libp2p.multiformats.multiaddr.Multiaddr;

        public final class Carrier implements TransportFactory {
            @Override
            public Transport create(Context context) {
                return new Transport() {
                    @Override
                    public String name() {
                        return "carrier";
                    }

                    @Override
                    public boolean canDial(Multiaddr address) {
                        return address.toString().endsWith("/sctp/9");
                    }

                    @Override
                    public TransportConnection dial(Multiaddr address, DialRequest request)
                            throws java.io.IOException {
                        throw new java.io.IOException("the carrier is asleep");
                    }

                    @Override
                    public boolean canListen(Multiaddr address) {
                        return false;
                    }

                    @Override
                    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws java.io.IOException {
                        throw new java.io.IOException("the carrier does not listen");
                    }

                    @Override
                    public void close() {}
                };
            }
        }
        """;

    @TempDir
    Path folder;

    /** Compiles a class and packs it into a jar that registers it. */
    private void jar(String name, String source, Class<?> service) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources/elsewhere"));
        Path file = Files.writeString(sources.resolve(name + ".java"), source);
        Path classes = Files.createDirectories(folder.resolve("classes-" + name));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        file.toString());
        assertThat(result).isZero();
        Path jars = Files.createDirectories(folder.resolve("jars"));
        try (OutputStream out = Files.newOutputStream(jars.resolve(name + ".jar"));
                JarOutputStream jar = new JarOutputStream(out);
                var compiled = Files.walk(classes)) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
            jar.write(("elsewhere." + name).getBytes(UTF_8));
            for (Path path : compiled.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry("elsewhere/" + path.getFileName()));
                jar.write(Files.readAllBytes(path));
            }
        }
    }

    private HostOptions options(Path plugins) {
        HostOptions options = new HostOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--plugins", plugins.toString());
        return options;
    }

    @Test
    void aProtocolAndATransportOfThirdPartiesAreUsed() throws Exception {
        jar("Greeting", PROTOCOL, HostService.class);
        jar("Carrier", TRANSPORT, TransportFactory.class);
        try (Host node = options(folder.resolve("jars"))
                        .host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .start();
                Host client = Libp2p.host().start()) {
            assertThat(node.protocols()).contains("/greeting/1.0.0");
            String answer = client.open(
                    PeerAddress.of(node.peerId(), node.addresses()),
                    "/greeting/1.0.0",
                    stream -> new String(stream.input().readNBytes(8), UTF_8));
            assertThat(answer).isEqualTo("good day");
            assertThatThrownBy(() -> node.connect(PeerAddress.parse("/ip4/127.0.0.1/sctp/9")))
                    .hasMessageContaining("the carrier is asleep");
        }
    }

    private record Run(int exit, String out, String error) {}

    private static Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream error = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(told, true, UTF_8));
        System.setErr(new PrintStream(complained, true, UTF_8));
        try {
            return new Run(P2p.run(arguments), told.toString(UTF_8), complained.toString(UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(error);
        }
    }

    @Test
    void aFamilyOfThirdPartiesBringsOptionsAndCommands() throws Exception {
        jar("Salute", FAMILY, ProtocolFamily.class);
        String jars = folder.resolve("jars").toString();
        ClassLoader loader = PluginFolder.loader(folder.resolve("jars"));
        try (Host node = Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .plugins(loader)
                .familyOptions(Map.of("--salute-words", "good morning"))
                .start()) {
            String address = node.fullAddresses().getFirst().toString();
            assertThat(run("salute", "--plugins", jars, address))
                    .isEqualTo(new Run(0, "it says good morning" + System.lineSeparator(), ""));
            assertThat(run("salute", "--plugins=" + jars, "--json", "--salute-words", "as client", address)
                            .out())
                    .isEqualToIgnoringNewLines("{\"event\":\"output\",\"text\":\"it says good morning\"}");
        }
        assertThat(run("node", "--plugins", jars, "--help").out()).contains("--salute-words=WORDS");
        assertThat(run("--plugins", jars, "--help").out()).contains("Asks a peer for its greeting.");
        assertThat(run("salute", "--plugins", jars).exit()).isEqualTo(Exit.USAGE);
        assertThat(run("salute", "/ip4/127.0.0.1/tcp/1").exit())
                .as("without the folder")
                .isEqualTo(Exit.USAGE);
    }

    @Test
    void namesThatAreTakenAreRefused() throws Exception {
        jar("Salute", FAMILY.replace("--salute-words", "--limits"), ProtocolFamily.class);
        Run option = run("ping", "--plugins", folder.resolve("jars").toString(), "/ip4/127.0.0.1/tcp/1");
        assertThat(option.exit()).isEqualTo(Exit.USAGE);
        assertThat(option.error()).contains("brings the option --limits, which exists already");
        jar("Salute", FAMILY.replace("\"salute\"", "\"ping\""), ProtocolFamily.class);
        Run command = run("ping", "--plugins", folder.resolve("jars").toString(), "/ip4/127.0.0.1/tcp/1");
        assertThat(command.exit()).isEqualTo(Exit.USAGE);
        assertThat(command.error()).contains("brings the command ping, which exists already");
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> options(folder.resolve("nowhere")).host())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere");
    }
}
