package libp2p.security.tls;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import libp2p.contracts.security.HandshakeLink;
import libp2p.core.testing.AnyCertificate;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordInput;
import libp2p.security.tls13.TlsRecordFormat;

/** The TLS of the JDK at one end of a link; it trusts all certificates. */
final class JssePeer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    final SSLEngine engine;
    private final HandshakeLink.End raw;
    private final RecordInput input;

    /** @param keys null for no certificate */
    JssePeer(HandshakeLink.End raw, boolean client, Keys keys, Consumer<SSLParameters> settings)
            throws GeneralSecurityException {
        this.raw = raw;
        input = new RecordInput(raw, RecordBuffers.create(), TlsRecordFormat.INSTANCE);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : new KeyManager[] {keys}, new TrustManager[] {new AnyCertificate()}, null);
        engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        if (!client) {
            parameters.setNeedClientAuth(true);
        }
        settings.accept(parameters);
        engine.setSSLParameters(parameters);
    }

    JssePeer handshake() throws IOException {
        try {
            engine.beginHandshake();
            HandshakeStatus status = engine.getHandshakeStatus();
            while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
                status = switch (status) {
                    case NEED_WRAP -> wrap();
                    case NEED_TASK -> tasks();
                    default -> unwrap();
                };
            }
        } catch (SSLException failure) {
            try {
                wrap(); // the alert
            } catch (IOException ended) {
                failure.addSuppressed(ended);
            }
            raw.close();
            throw failure;
        }
        return this;
    }

    private HandshakeStatus wrap() throws IOException {
        ByteBuffer record = ByteBuffer.allocate(20_000);
        SSLEngineResult result = engine.wrap(NOTHING, record);
        raw.write(record.flip());
        return result.getHandshakeStatus();
    }

    private HandshakeStatus tasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus unwrap() throws IOException {
        if (!input.next()) {
            throw new EOFException("the stream ends inside the handshake");
        }
        ByteBuffer record = input.buffer();
        record.limit(input.offset() + input.length()).position(input.offset());
        HandshakeStatus status = HandshakeStatus.NEED_UNWRAP;
        while (record.hasRemaining() && status == HandshakeStatus.NEED_UNWRAP) {
            SSLEngineResult result = engine.unwrap(record, NOTHING);
            status = result.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                status = tasks();
            }
        }
        return status;
    }

    /** Sends data, or what the engine has to say itself if there is none. */
    void send(byte... data) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(data);
        do {
            ByteBuffer record = ByteBuffer.allocate(20_000);
            engine.wrap(source, record);
            raw.write(record.flip());
        } while (source.hasRemaining());
    }

    /** Tells that this side sends under a new key from now on, and wants the other to do the same. */
    void sendKeyUpdate() throws IOException {
        engine.beginHandshake();
        send();
    }

    /** The data of the next record, which may be none. */
    ByteBuffer receive() throws IOException {
        if (!input.next()) {
            throw new EOFException();
        }
        ByteBuffer plaintext = ByteBuffer.allocate(20_000);
        ByteBuffer record = input.buffer();
        engine.unwrap(record.limit(input.offset() + input.length()).position(input.offset()), plaintext);
        return plaintext.flip();
    }

    /** Presents certificates, whatever they are. */
    static final class Keys extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final X509Certificate[] chain;

        Keys(PrivateKey key, X509Certificate... chain) {
            this.key = key;
            this.chain = chain;
        }

        static Keys of(Libp2pCertificate certificate) throws GeneralSecurityException {
            return new Keys(privateKey(certificate), x509(certificate));
        }

        static X509Certificate x509(Libp2pCertificate certificate) throws GeneralSecurityException {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.encoded()));
        }

        static PrivateKey privateKey(Libp2pCertificate certificate) throws GeneralSecurityException {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(certificate.encodedPrivateKey()));
        }

        private String alias(String keyType) {
            return keyType.equals(key.getAlgorithm())
                            || keyType.equals("EdDSA") && key.getAlgorithm().equals("EdDSA")
                    ? "it"
                    : null;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            for (String type : keyTypes) {
                if (alias(type) != null) {
                    return "it";
                }
            }
            return null;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain;
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
