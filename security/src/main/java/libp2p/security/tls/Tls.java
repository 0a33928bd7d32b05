package libp2p.security.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.RawConnection;
import libp2p.security.Limits;
import libp2p.security.record.GuardedConnection.Remote;
import libp2p.security.record.RecordBuffers;
import libp2p.security.record.RecordInput;
import org.jspecify.annotations.Nullable;

/**
 * The secure channel {@code /tls/1.0.0} (libp2p specification, tls): TLS 1.3 in which both sides present a {@link
 * Libp2pCertificate}, without server name and without resumption, with early negotiation of the stream muxer by ALPN
 * (connections, inlined-muxer-negotiation).
 *
 * <p>The certificate is made once per instance. Randomness of handshakes is the JDK's own, so runs with TLS are not
 * repeatable in the simulator. Thread-safe.
 */
public final class Tls implements SecurityProtocol {
    /** The protocol id. */
    public static final String PROTOCOL = "/tls/1.0.0";

    /** What is agreed by ALPN if no muxer is. */
    private static final String NO_MUXER = "libp2p";

    static final int MAX_PLAINTEXT = 1 << 14;
    /** Header, the longest ciphertext, and some room that the engine wants to see. */
    static final int MAX_RECORD = MAX_PLAINTEXT + 512;

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHER_SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };
    private static final String[] GROUPS = {"x25519", "secp256r1"};

    private final SSLContext context;
    private final Limits limits;
    private final RecordBuffers buffers;

    /** @param certificate of the host's identity */
    public Tls(Libp2pCertificate certificate, Limits limits) {
        this(certificate, limits, RecordBuffers.shared());
    }

    Tls(Libp2pCertificate certificate, Limits limits, RecordBuffers buffers) {
        this.limits = limits;
        this.buffers = buffers;
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new CertificateKeyManager(certificate)},
                    new TrustManager[] {new PeerTrustManager()},
                    null);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no TLS 1.3", missing);
        }
    }

    /** With a fresh certificate and the usual limits. */
    public static Tls create(Identity identity, Environment environment) {
        return new Tls(Libp2pCertificate.create(identity, environment), Limits.DEFAULT);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException {
        RecordInput records = new RecordInput(raw, buffers, TlsRecordFormat.INSTANCE);
        boolean done = false;
        try {
            SSLEngine engine = engine(request);
            PublicKey key = handshake(engine, raw, records, request);
            Remote remote = new Remote(PROTOCOL, key, muxer(engine));
            TlsInput.IdleRecords idle = new TlsInput.IdleRecords();
            SecureConnection connection = new TlsConnection(
                    raw,
                    remote,
                    new TlsInput(engine, records, buffers, idle),
                    new TlsOutput(engine, raw, buffers, idle),
                    request.environment(),
                    limits.closeNotify());
            done = true;
            return connection;
        } finally {
            if (!done) {
                raw.close();
                records.release();
            }
        }
    }

    private PublicKey handshake(SSLEngine engine, RawConnection raw, RecordInput records, SecurityRequest request)
            throws IOException {
        PeerCheck check = new PeerCheck(request.expectedPeer(), request.environment(), limits);
        TlsHandshake handshake = new TlsHandshake(engine, raw, records, buffers, limits.tlsHandshakeBytes());
        try {
            ScopedValue.where(PeerCheck.CURRENT, check).call(() -> {
                handshake.run();
                return check;
            });
        } catch (IOException failure) {
            IOException refusal = check.failure();
            throw refusal == null ? failure : refusal;
        }
        PublicKey key = check.key();
        if (key == null) {
            throw new ProtocolViolationException(PROTOCOL, "the remote peer presented no certificate");
        }
        return key;
    }

    private SSLEngine engine(SecurityRequest request) {
        boolean client = request.role() == Role.INITIATOR;
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        List<String> protocols = new ArrayList<>(request.muxers());
        protocols.add(NO_MUXER);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(CIPHER_SUITES);
        parameters.setNamedGroups(GROUPS);
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        if (!client) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        if (!client) { // the JDK would follow the server's order
            engine.setHandshakeApplicationProtocolSelector((ignored, offered) ->
                    offered.stream().filter(protocols::contains).findFirst().orElse(null));
        }
        return engine;
    }

    private static @Nullable String muxer(SSLEngine engine) {
        String agreed = engine.getApplicationProtocol();
        return agreed == null || agreed.isEmpty() || agreed.equals(NO_MUXER) ? null : agreed;
    }
}
