package libp2p.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.auth.FileRules;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.exchange.routing.ProvideStrategy;
import libp2p.node.content.GatewayOptions;
import libp2p.node.discovery.DiscoveryOptions;
import libp2p.node.nat.NatOptions;
import libp2p.node.pubsub.PubSubOptions;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.gate.Gaters;
import libp2p.transports.quic.Diagnostics;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.CertificateSource;
import libp2p.transports.websocket.tls.TlsTrust;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that starts a host. */
final class HostOptions {
    private static final int DNS_PORT = 53;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Key file; made if it is not there. Without it: a new key.")
    @Nullable
    Path key;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder that keeps the key and what is known of peers; one process at a time.")
    @Nullable
    Path data;

    @Option(
            names = "--key-type",
            defaultValue = "ed25519",
            description = "Type of a new key: ${COMPLETION-CANDIDATES}.")
    KeyType keyType = KeyType.ED25519;

    @Option(
            names = "--security",
            split = ",",
            defaultValue = "noise,tls",
            description = "Secure channels, best first: noise, tls, plaintext (protects nothing).")
    List<String> security = List.of();

    @Option(
            names = "--muxer",
            split = ",",
            description =
                    "Muxers, best first: yamux, mplex. Without it: yamux, and mplex where a dialer has nothing better.")
    List<String> muxers = List.of();

    @Option(names = "--psk", paramLabel = "FILE", description = "Key of a private network.")
    @Nullable
    Path psk;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificates in PEM for /tls/ws; read again when they change. Without it: self-signed.")
    @Nullable
    Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key in PEM for --tls-cert.")
    @Nullable
    Path tlsKey;

    @Option(names = "--tls-insecure", description = "Dial /tls/ws with any certificate, for tests.")
    boolean tlsInsecure;

    @Option(
            names = "--limits",
            paramLabel = LimitsCommand.CHOICE,
            defaultValue = LimitsCommand.DEFAULT,
            description = "Limits: those of this machine, none (then no connections are trimmed either), or a file"
                    + " of changes (see p2p limits).")
    String limits = LimitsCommand.DEFAULT;

    @Option(
            names = "--access",
            paramLabel = "FILE",
            description = "Rules, one a line, of which the first that fits decides who may use which protocol: "
                    + "allow|deny inbound|outbound|both PROTOCOL|FAMILY/*|* PEER|*; the last may be: default allow. "
                    + "Changes of the file hold within seconds.")
    @Nullable
    Path access;

    @Option(
            names = "--bootstrap",
            paramLabel = "MULTIADDR",
            description =
                    "A peer to connect to at the start and when there are few; may be repeated. Without it: nobody.")
    List<String> bootstrap = List.of();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder of jars that bring further protocols and transports, see HostBuilder.plugins.")
    @Nullable
    Path plugins;

    @Option(
            names = "--public-only",
            description = "Dial public addresses only: none of loopback, private and link-local networks.")
    boolean publicOnly;

    @Option(
            names = "--dns",
            paramLabel = "IP[:PORT]",
            description = "Ask this DNS server for TXT records (/dnsaddr and DNSLink); default: those of the system.")
    @Nullable
    String dns;

    @Option(
            names = "--qlog",
            paramLabel = "DIR",
            description = "Write a log of each QUIC connection into this folder, in the format qlog.")
    @Nullable
    Path qlog;

    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description = "Add the keys of QUIC connections to this file, as Wireshark reads them. "
                    + "A reader of the file can read everything that the connections carry.")
    @Nullable
    Path keyLog;

    private @Nullable Environment environment;

    @Mixin
    PubSubOptions pubsub = new PubSubOptions();

    @Mixin
    NatOptions nat = new NatOptions();

    @Mixin
    DiscoveryOptions discovery = new DiscoveryOptions();

    @Option(names = "--json", description = "Print one JSON object per line.")
    boolean json;

    /** The additions of a command to its host. */
    Consumer<HostBuilder> addition = builder -> {};

    /** Where the content of the data directory is served over HTTP; of nodes only. */
    GatewayOptions gateway = new GatewayOptions();

    /** The announcements of the data directory in the DHT; of nodes only. */
    String provide = "roots";

    /** The strategy of announcements; null for none. */
    @Nullable
    ProvideStrategy strategy() {
        return switch (provide) {
            case "none" -> null;
            case "all", "pinned", "roots" -> ProvideStrategy.valueOf(provide.toUpperCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("--provide takes all, pinned, roots or none");
        };
    }

    Output output() {
        return new Output(json, System.out);
    }

    /** The environment of the process; with a DNS server of its own, if one was named. */
    private Environment environment() {
        Environment made = environment;
        if (made == null) {
            made = dns == null ? SystemEnvironment.shared() : SystemEnvironment.create(nameServer(dns));
            environment = made;
        }
        return made;
    }

    private static InetSocketAddress nameServer(String text) {
        Matcher parts = Pattern.compile("\\[([0-9a-fA-F:.]+)](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?")
                .matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "--dns takes IP or IP:PORT, with brackets around IPv6, not \"" + text + "\"");
        }
        String ip = parts.group(1) == null ? parts.group(3) : parts.group(1);
        String port = parts.group(1) == null ? parts.group(4) : parts.group(2);
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port == null ? DNS_PORT : Integer.parseInt(port));
    }

    HostBuilder host() throws IOException {
        Environment environment = environment();
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .identity(identity(environment))
                .security(security.toArray(String[]::new))
                .webSocket(webSocket());
        if (!muxers.isEmpty()) {
            builder.muxers(muxers.toArray(String[]::new));
        }
        builder.bootstrap(bootstrap.toArray(String[]::new));
        if (plugins != null) {
            builder.plugins(PluginFolder.loader(plugins));
        }
        if (data != null) {
            builder.dataDirectory(data);
        }
        if (access != null) {
            builder.authorizer(FileRules.open(access));
        }
        if (keyLog != null) {
            System.err.println("warning: the keys of all QUIC connections are written to "
                    + Printable.of(keyLog.toString()) + "; its readers can read everything that these carry");
        }
        if (qlog != null || keyLog != null) {
            builder.quicDiagnostics(Diagnostics.to(qlog, keyLog));
        }
        if (publicOnly) {
            builder.gater(Gaters.dialing(nat.publicness()::isPublic));
        }
        PreSharedKey shared = psk == null ? null : PreSharedKey.load(psk);
        if (shared != null) {
            builder.privateNetwork(shared);
        }
        discovery.install(builder, shared);
        builder.limits(LimitsCommand.read(limits));
        if (pubsub.isUsed()) {
            pubsub.install(builder);
        }
        if (nat.isUsed()) {
            nat.install(builder);
        }
        if (LimitsCommand.isNone(limits)) {
            builder.limits(all ->
                    all.withSwarm(swarm -> swarm.withDialing(dialing -> dialing.withLocalTimeout(dialing.timeout()))));
        }
        addition.accept(builder);
        discovery.installLast(builder);
        return builder;
    }

    private WebSocketTransport.Options webSocket() {
        WebSocketTransport.Options webSocket = WebSocketTransport.Options.DEFAULT;
        if (tlsCertificate != null && tlsKey != null) {
            webSocket = webSocket.withCertificates(CertificateSource.pem(tlsCertificate, tlsKey));
        } else if (tlsCertificate != null || tlsKey != null) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
        }
        return tlsInsecure ? webSocket.withTrust(TlsTrust.insecure()) : webSocket;
    }

    Identity identity(Environment environment) throws IOException {
        Path file = key == null && data != null ? data.resolve("node.key") : key;
        return file == null
                ? Identity.generate(keyType, environment)
                : Identity.loadOrCreate(file, keyType, environment);
    }
}
