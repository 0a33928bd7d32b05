package libp2p.node.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import libp2p.autotls.AutoTls;
import libp2p.autotls.AutoTlsChanged;
import libp2p.core.host.Host;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.node.nat.EventPrinter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about certificates that browsers take. */
public final class AutoTlsOptions {
    @Option(
            names = "--auto-tls",
            description =
                    "Get a certificate for a name below the domain of a broker from an ACME server (default: Let's"
                            + " Encrypt and libp2p.direct), so that browsers can dial this host over wss, once a public TCP"
                            + " address is known to be reachable. Agrees to the terms of the ACME server. Needs --data.")
    boolean wanted;

    @Option(names = "--auto-tls-acme", paramLabel = "URL", description = "The directory of another ACME server.")
    @Nullable
    URI acme;

    @Option(
            names = "--auto-tls-broker",
            paramLabel = "URL",
            description = "Another broker; with --auto-tls-domain, below which it names peers.")
    @Nullable
    URI broker;

    @Option(names = "--auto-tls-domain", paramLabel = "NAME", description = "The domain of --auto-tls-broker.")
    @Nullable
    String domain;

    @Option(
            names = "--auto-tls-roots",
            paramLabel = "FILE",
            description = "Certificates in PEM that sign those of the ACME server and the broker, for tests.")
    @Nullable
    Path roots;

    private @Nullable AutoTls made;

    /**
     * The certificates that the options ask for; null without {@code --auto-tls}. The same each time.
     *
     * @param data the data directory, or null
     * @throws IllegalArgumentException if the options do not fit together
     */
    @Nullable
    AutoTls family(@Nullable Path data) throws IOException {
        if (!wanted) {
            if (acme != null || broker != null || domain != null || roots != null) {
                throw new IllegalArgumentException("--auto-tls-acme, -broker, -domain and -roots need --auto-tls");
            }
            return null;
        }
        if (data == null) {
            throw new IllegalArgumentException("--auto-tls keeps the certificate in a data directory: it needs --data");
        }
        AutoTls family = made;
        if (family == null) {
            family = AutoTls.create(data.resolve("autotls"));
            if (acme != null) {
                family = family.withAcme(acme);
            }
            if (broker != null && domain != null) {
                family = family.withBroker(broker, domain);
            } else if (broker != null || domain != null) {
                throw new IllegalArgumentException("--auto-tls-broker and --auto-tls-domain belong together");
            }
            if (roots != null) {
                family = family.withTrust(trust(roots));
            }
            made = family;
        }
        return family;
    }

    private static SSLContext trust(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root" + store.size(), root);
            }
            if (store.size() == 0) {
                throw new IOException(file + " holds no certificates in PEM");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no certificates in PEM: " + e.getMessage(), e);
        }
    }

    /**
     * The addresses to listen on, with those for the names of the certificate: on the TCP ports, unless some are named.
     *
     * @param listen the addresses of the options
     * @throws IllegalArgumentException if a TCP port is left to the system, which would take two
     */
    public List<Multiaddr> listening(List<Multiaddr> listen) {
        AutoTls family = made;
        if (family == null || listen.stream().anyMatch(address -> isTemplate(family, address))) {
            return listen;
        }
        List<Multiaddr> all = new ArrayList<>(listen);
        for (Multiaddr address : listen) {
            List<Component> parts = address.components();
            if (parts.size() == 2 && parts.getLast().protocol() == Protocol.TCP) {
                if (address.port() == 0) {
                    throw new IllegalArgumentException(
                            "--auto-tls shares the TCP port: listen on one with a number, such as /ip4/0.0.0.0/tcp/4001");
                }
                all.add(address.encapsulate(family.listenSuffix()));
            }
        }
        return all;
    }

    private static boolean isTemplate(AutoTls family, Multiaddr address) {
        return address.toString().endsWith(family.listenSuffix().toString());
    }

    /** Prints what becomes of the certificate from now on. */
    public void follow(Host host, EventPrinter output) {
        if (made != null) {
            host.events().subscribe(AutoTlsChanged.class, event -> print(event, output));
        }
    }

    private static void print(AutoTlsChanged event, EventPrinter output) {
        output.event(
                "autotls",
                "AutoTLS: " + event.message()
                        + (event.cure().isEmpty() ? "" : "\n" + event.cure())
                        + (event.state() == AutoTlsChanged.State.FAILED ? "\nnext attempt: " + event.until() : ""),
                "state",
                event.state().name().toLowerCase(Locale.ROOT),
                "message",
                event.message(),
                "cure",
                event.cure(),
                "until",
                event.until() == null ? "" : event.until().toString());
    }
}
