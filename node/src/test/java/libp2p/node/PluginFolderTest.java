package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.TransportFactory;
import libp2p.node.host.HostOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A jar that somebody else has built brings a protocol and a transport. */
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

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> options(folder.resolve("nowhere")).host())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere");
    }
}
