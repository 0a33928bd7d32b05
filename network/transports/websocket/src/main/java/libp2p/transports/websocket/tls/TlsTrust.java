package libp2p.transports.websocket.tls;

import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Whom a dialer trusts. Thread-safe. */
public final class TlsTrust {
    private final Supplier<SSLContext> context;
    private final boolean names;

    private TlsTrust(Supplier<SSLContext> context, boolean names) {
        this.context = context;
        this.names = names;
    }

    /** Certificates for the name that was dialed, signed by an authority of the system's trust store. */
    public static TlsTrust system() {
        return new TlsTrust(TlsTrust::systemContext, true);
    }

    /** Certificates for the name that was dialed, as the trust managers of the context take them. */
    public static TlsTrust of(SSLContext context) {
        return new TlsTrust(() -> context, true);
    }

    /** Any certificate: for tests. The peer still proves its identity inside the WebSocket. */
    public static TlsTrust insecure() {
        SSLContext context = context(new TrustManager[] {new TrustAnyCertificate()});
        return new TlsTrust(() -> context, false);
    }

    private static SSLContext systemContext() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static SSLContext context(TrustManager[] managers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    SSLContext context() {
        return context.get();
    }

    /** Whether the certificate must be for the name that was dialed. */
    boolean checksNames() {
        return names;
    }
}
