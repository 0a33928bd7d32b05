package libp2p.node.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.node.nat.NatOptions;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.CertificateSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a host that others are to reach. */
public class ListeningOptions extends IdentityOptions {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificates in PEM for /tls/ws; read again when they change. Without it: self-signed.")
    @Nullable
    private Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key in PEM for --tls-cert.")
    @Nullable
    private Path tlsKey;

    /** Whether files were named with the certificate. */
    final boolean hasCertificate() {
        return tlsCertificate != null;
    }

    /** The reverse proxies before the WebSocket listeners. */
    @Option(
            names = "--trusted-proxy",
            paramLabel = "CIDR",
            description =
                    "A reverse proxy before /ws, whose X-Forwarded-For is believed, so that limits and block lists"
                            + " hold for its clients one by one; repeatable.")
    List<String> trustedProxies = List.of();

    @Mixin
    private NatOptions nat = new NatOptions();

    @Override
    public final NatOptions nat() {
        return nat;
    }

    @Override
    WebSocketTransport.Options webSocket() throws IOException {
        WebSocketTransport.Options webSocket = super.webSocket();
        if (tlsCertificate != null && tlsKey != null) {
            webSocket = webSocket.withCertificates(CertificateSource.pem(tlsCertificate, tlsKey));
        } else if (tlsCertificate != null || tlsKey != null) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
        }
        if (!trustedProxies.isEmpty()) {
            List<Subnet> trusted = trustedProxies.stream().map(Subnet::parse).toList();
            webSocket = webSocket.withTrustedProxies(
                    address -> trusted.stream().anyMatch(subnet -> subnet.contains(address)));
        }
        return webSocket;
    }
}
