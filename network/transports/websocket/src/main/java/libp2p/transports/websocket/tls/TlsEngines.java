package libp2p.transports.websocket.tls;

import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Engines with the parameters of a WebSocket: TLS 1.3 or 1.2, HTTP/1.1 by ALPN. */
public final class TlsEngines {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String ALPN = "http/1.1";

    private TlsEngines() {}

    /**
     * An engine for a dialer.
     *
     * @param host domain name or number that the certificate must be for
     * @param serverName told to the server, or null
     */
    public static SSLEngine client(TlsTrust trust, String host, int port, @Nullable String serverName) {
        SSLEngine engine = trust.context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setApplicationProtocols(new String[] {ALPN});
        if (trust.checksNames()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** An engine for a listener; one that offers only other protocols by ALPN is served without. */
    public static SSLEngine server(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        engine.setSSLParameters(parameters);
        engine.setHandshakeApplicationProtocolSelector((ignored, offered) -> offered.contains(ALPN) ? ALPN : "");
        return engine;
    }
}
