package libp2p.node.content;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Environment;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.transports.websocket.tls.CertificateSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the HTTP gateway to the content of a data directory. */
public final class GatewayOptions {
    @Option(
            names = "--gateway-port",
            paramLabel = "PORT",
            description = "Serves /ipfs/CID and /ipns/NAME of the data directory over HTTP: blocks, CARs and records to"
                    + " verify, files for people, and /routing/v1 with a DHT; 0 for any free port.")
    @Nullable
    private Integer port;

    @Option(
            names = "--gateway-address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Where it is served; default: ${DEFAULT-VALUE}. There is no password.")
    private String address = "127.0.0.1";

    @Option(
            names = "--gateway-tls",
            description = "Over TLS, with HTTP/2 by ALPN, which Kubo needs; self-signed without --gateway-cert.")
    private boolean tls;

    @Option(names = "--gateway-cert", paramLabel = "FILE", description = "Certificates in PEM for --gateway-tls.")
    @Nullable
    private Path certificate;

    @Option(names = "--gateway-key", paramLabel = "FILE", description = "Private key in PEM for --gateway-cert.")
    @Nullable
    private Path key;

    @Option(
            names = "--gateway-domain",
            paramLabel = "DOMAIN",
            split = ",",
            defaultValue = "localhost",
            description = "Domains under which each root has a host, CID.ipfs.DOMAIN; default: ${DEFAULT-VALUE}.")
    private List<String> domains = List.of("localhost");

    @Option(
            names = "--gateway-announce",
            paramLabel = "MULTIADDR",
            split = ",",
            description =
                    "Where others reach the gateway, for example /dns4/example.net/tcp/443/tls/http behind a proxy; "
                            + "/routing/v1 tells them. Without it: where it listens.")
    private List<String> announced = List.of();

    @Option(
            names = "--gateway-proxy",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Reverse proxies whose X-Forwarded-Host and X-Forwarded-Proto are believed; those of all others are"
                            + " passed over.")
    private List<String> proxies = List.of();

    @Option(names = "--gateway-trustless", description = "Serve no files for people, only what the asker verifies.")
    private boolean trustless;

    @Option(
            names = "--gateway-auth",
            description = "Serve /auth too: clients prove their peer ids there, and learn that of this node"
                    + " (http-peer-id-auth).")
    private boolean auth;

    @Option(
            names = "--pinning-token",
            paramLabel = "FILE",
            description =
                    "Serve /pins too (pinning service API): holders of the token in this file have roots pinned here,"
                            + " for example by ipfs pin remote.")
    @Nullable
    private Path pinningToken;

    /** The token of the pinning service, or null. */
    @Nullable
    String pinningToken() throws IOException {
        return pinningToken == null ? null : Files.readString(pinningToken).strip();
    }

    /** Address to serve at, or null. */
    public @Nullable InetSocketAddress address() {
        return port == null ? null : new InetSocketAddress(address, port);
    }

    /** Domains with a host for each root. */
    List<String> domains() {
        return domains;
    }

    /** Address at which others reach the gateway; empty if it is the one it listens on. */
    List<Multiaddr> announced() {
        return announced.stream().map(Multiaddr::parse).toList();
    }

    /** Whether the machine at an address is a proxy that is believed. */
    Predicate<InetAddress> proxies() {
        List<Subnet> trusted = proxies.stream().map(Subnet::parse).toList();
        return address -> trusted.stream().anyMatch(subnet -> subnet.contains(address));
    }

    boolean isTls() {
        return tls;
    }

    boolean isAuthenticating() {
        return auth;
    }

    boolean isTrustless() {
        return trustless;
    }

    /** The certificate to serve with, or null for clear text. */
    @Nullable
    SSLContext tls(Environment environment) throws IOException {
        if (!tls) {
            if (certificate != null || key != null) {
                throw new IllegalArgumentException("--gateway-cert needs --gateway-tls");
            }
            return null;
        }
        if (certificate == null || key == null) {
            if (certificate != null || key != null) {
                throw new IllegalArgumentException("--gateway-cert and --gateway-key belong together");
            }
            return CertificateSource.selfSigned(environment, "localhost", address)
                    .current(environment);
        }
        return CertificateSource.pem(certificate, key).current(environment);
    }
}
