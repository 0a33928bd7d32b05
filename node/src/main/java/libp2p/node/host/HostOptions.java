package libp2p.node.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.auth.FileRules;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.node.nat.NatOptions;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.gate.Gaters;
import libp2p.system.SystemEnvironment;
import libp2p.transports.quic.Diagnostics;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every command that starts a host. Commands that have use for more take a subclass, so that each is
 * offered what it follows and nothing else.
 */
public class HostOptions {
    private static final int DNS_PORT = 53;

    @Option(
            names = "--key-type",
            defaultValue = "ed25519",
            description = "Type of a new key: ${COMPLETION-CANDIDATES}.")
    private KeyType keyType = KeyType.ED25519;

    @Option(
            names = "--security",
            split = ",",
            defaultValue = "noise,tls",
            description = "Secure channels, best first: noise, tls, plaintext (protects nothing).")
    private List<String> security = List.of();

    @Option(
            names = "--muxer",
            split = ",",
            description =
                    "Muxers, best first: yamux, mplex. Without it: yamux, and mplex where a dialer has nothing better.")
    private List<String> muxers = List.of();

    @Option(names = "--psk", paramLabel = "FILE", description = "Key of a private network.")
    @Nullable
    private Path psk;

    /** Whether any certificate of a WebSocket is taken. */
    @Option(names = "--tls-insecure", description = "Dial /tls/ws with any certificate, for tests.")
    public boolean tlsInsecure;

    @Option(
            names = "--limits",
            paramLabel = LimitsOption.CHOICE,
            defaultValue = LimitsOption.DEFAULT,
            description = "Limits: those of this machine, none (then no connections are trimmed either), or a file"
                    + " of changes (see p2p limits).")
    private String limits = LimitsOption.DEFAULT;

    @Option(
            names = "--access",
            paramLabel = "FILE",
            description =
                    "Rules, one a line, of which the first that fits decides who may use which protocol: "
                            + "allow|deny inbound|outbound|both PROTOCOL|FAMILY/*|* PEER|role:NAME|*; the last may be: default allow. "
                            + "The line: role NAME PEER gives a peer a role in place of guest. Changes of the file hold within seconds.")
    @Nullable
    private Path access;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder of jars that bring further protocols, transports, options and commands, see"
                    + " HostBuilder.plugins.")
    @Nullable
    private Path plugins;

    @Option(
            names = "--public-only",
            description = "Dial public addresses only: none of loopback, private and link-local networks.")
    private boolean publicOnly;

    @Option(
            names = "--dns",
            paramLabel = "IP[:PORT]",
            description = "Ask this DNS server for TXT records (/dnsaddr and DNSLink); default: those of the system.")
    @Nullable
    private String dns;

    @Option(
            names = "--qlog",
            paramLabel = "DIR",
            description = "Write a log of each QUIC connection into this folder, in the format qlog. "
                    + "The newest 1,000 of those that have ended are kept.")
    @Nullable
    private Path qlog;

    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description =
                    "Add the keys of QUIC and of TLS over TCP (--security tls) to this file, as Wireshark reads them;"
                            + " not those of Noise, nor of the TLS of /wss, which is the JDK's and gives its keys to no one."
                            + " A reader of the file can read everything that the connections carry.")
    @Nullable
    private Path keyLog;

    private final NatOptions plain = new NatOptions();
    private @Nullable Environment environment;

    /** The options of families in plug-ins. */
    private final Map<String, String> familyOptions = new TreeMap<>();

    /** Whether events are printed as JSON. */
    @Everyday
    @Option(names = "--json", description = "Print one JSON object per line.")
    public boolean json;

    /** Prints to the standard output, as JSON if that was asked for. */
    public Output output() {
        return new Output(json, System.out);
    }

    /** Sets an option of a family, or with null takes it back. */
    void familyOption(String name, @Nullable String value) {
        if (value == null) {
            familyOptions.remove(name);
        } else {
            familyOptions.put(name, value);
        }
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

    /**
     * A builder of a host with these options.
     *
     * @throws IOException if a file that they name cannot be read
     */
    public HostBuilder host() throws IOException {
        Environment environment = environment();
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .identity(identity(environment))
                .security(security.toArray(String[]::new))
                .webSocket(webSocket());
        if (!muxers.isEmpty()) {
            builder.muxers(muxers.toArray(String[]::new));
        }
        if (plugins != null) {
            builder.plugins(PluginFolder.loader(plugins)).familyOptions(familyOptions);
        }
        if (access != null) {
            builder.authorizer(FileRules.open(access));
        }
        if (keyLog != null) {
            System.err.println("warning: the keys of all connections over QUIC and TLS are written to "
                    + Printable.of(keyLog.toString()) + "; its readers can read everything that these carry");
        }
        if (qlog != null || keyLog != null) {
            builder.diagnostics(Diagnostics.to(qlog, keyLog));
        }
        if (publicOnly) {
            builder.gater(Gaters.dialing(nat().publicness()::isPublic));
        }
        PreSharedKey shared = privateNetwork();
        if (shared != null) {
            builder.privateNetwork(shared);
        }
        builder.limits(limits());
        if (nat().isUsed()) {
            nat().install(builder);
        }
        if (LimitsOption.isNone(limits)) {
            builder.limits(all -> all.with(
                    SwarmLimits.class,
                    swarm -> swarm.withDialing(dialing -> dialing.withLocalTimeout(dialing.timeout()))));
        }
        return builder;
    }

    /** The key of the private network, or null; reads its file. */
    @Nullable
    public final PreSharedKey privateNetwork() throws IOException {
        return psk == null ? null : PreSharedKey.load(psk);
    }

    /** The help behind routers; without options of its own here. */
    public NatOptions nat() {
        return plain;
    }

    WebSocketTransport.Options webSocket() throws IOException {
        WebSocketTransport.Options webSocket = WebSocketTransport.Options.DEFAULT;
        return tlsInsecure ? webSocket.withTrust(TlsTrust.insecure()) : webSocket;
    }

    /** The limits that were asked for; reads their file. */
    public Limits limits() {
        return LimitsOption.read(limits);
    }

    /** A new identity. */
    Identity identity(Environment environment) throws IOException {
        return Identity.generate(keyType, environment);
    }

    /** The type of keys that are made. */
    final KeyType keyType() {
        return keyType;
    }
}
