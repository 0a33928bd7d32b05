package libp2p.autotls;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Environment;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.ProtocolFamily;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.websocket.tls.CertificateSource;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for a host that browsers can dial: as soon as it can be reached over TCP, the host gets one for names
 * below the domain of a broker, announces {@code /ip4/…/tcp/…/tls/sni/NAME/ws}, and renews it
 * (<a href="https://github.com/libp2p/specs/blob/master/tls/autotls-client.md">specification</a>).
 *
 * <pre>{@code
 * AutoTls autoTls = AutoTls.create(folder);
 * Host host = Libp2p.host()
 *         .listen("/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/tcp/4001" + autoTls.listenSuffix())
 *         .webSocket(WebSocketTransport.Options.DEFAULT.withCertificates(autoTls.certificates()))
 *         .with(Nat.create(), autoTls)
 *         .start();
 * }</pre>
 *
 * Using it agrees to the terms of the ACME server. States and failures are told as {@link AutoTlsChanged} and in the log.
 * Of one host; thread-safe. Each {@code with…} makes another one, to be called before {@link #certificates}.
 */
public final class AutoTls implements ProtocolFamily {
    /** The production server of Let's Encrypt. */
    public static final URI LETS_ENCRYPT = URI.create("https://acme-v02.api.letsencrypt.org/directory");
    /** The broker of {@code libp2p.direct}. */
    public static final URI LIBP2P_DIRECT = URI.create("https://registration.libp2p.direct");

    private final Path directory;
    private final URI acme;
    private final URI broker;
    private final String domain;
    private final @Nullable SSLContext trust;
    private final Installed installed = new Installed();
    private final AtomicBoolean used = new AtomicBoolean();

    private AutoTls(Path directory, URI acme, URI broker, String domain, @Nullable SSLContext trust) {
        this.directory = directory;
        this.acme = checked(acme);
        this.broker = checked(broker);
        this.domain = ForgeName.checkedDomain(domain.toLowerCase(Locale.ROOT));
        this.trust = trust;
    }

    private static URI checked(URI server) {
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw new IllegalArgumentException("not an https URL of a server: " + server);
        }
        return server;
    }

    /**
     * Certificates of Let's Encrypt below {@code libp2p.direct}.
     *
     * @param directory for keys and certificates; made when the first is there, readable for its owner alone
     */
    public static AutoTls create(Path directory) {
        return new AutoTls(directory, LETS_ENCRYPT, LIBP2P_DIRECT, "libp2p.direct", null);
    }

    /**
     * With another ACME server.
     *
     * @param value the https URL of its directory
     */
    public AutoTls withAcme(URI value) {
        return new AutoTls(directory, value, broker, domain, trust);
    }

    /**
     * With another broker.
     *
     * @param value its https URL
     * @param forgeDomain below which it names peers
     */
    public AutoTls withBroker(URI value, String forgeDomain) {
        return new AutoTls(directory, acme, value, forgeDomain, trust);
    }

    /** With certificates of ACME server and broker that the JDK does not trust; for tests. */
    public AutoTls withTrust(SSLContext value) {
        return new AutoTls(directory, acme, broker, domain, value);
    }

    /** The part behind the port of the addresses to listen on, such as {@code /tls/sni/*.libp2p.direct/ws}. */
    public Multiaddr listenSuffix() {
        return ForgeName.template(domain);
    }

    /** The certificates for the WebSocket transport: a self-signed one until there is a better one. */
    public CertificateSource certificates() {
        return installed;
    }

    @Override
    public void contribute(HostAssembly assembly) {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalArgumentException("AutoTLS is of one host: make another one for the next");
        }
        Environment environment = assembly.environment();
        AutoTlsLimits limits = assembly.limits(AutoTlsLimits.DEFAULT);
        String server = acme.getHost() + (acme.getPort() < 0 ? "" : "_" + acme.getPort());
        assembly.service(new AutoTlsService(
                limits,
                ForgeName.of(domain, assembly.identity().peerId()),
                new CertificateFolder(directory.resolve(server)),
                new AcmeIssuer(environment, limits, acme, trust),
                new Broker(environment, limits, broker, trust, assembly.identity()),
                installed));
    }

    /** The certificate that the listeners use; self-signed until one is installed. */
    static final class Installed implements CertificateSource {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable CertificateSource source;

        @Override
        public SSLContext current(Environment environment) throws IOException {
            return source(environment).current(environment);
        }

        private CertificateSource source(Environment environment) {
            lock.lock();
            try {
                CertificateSource now = source;
                if (now == null) {
                    now = CertificateSource.selfSigned(environment, "localhost");
                    source = now;
                }
                return now;
            } finally {
                lock.unlock();
            }
        }

        /** Uses another certificate for connections from now on; those that are open stay. */
        void install(@Nullable CertificateSource value) {
            lock.lock();
            try {
                source = value;
            } finally {
                lock.unlock();
            }
        }
    }
}
