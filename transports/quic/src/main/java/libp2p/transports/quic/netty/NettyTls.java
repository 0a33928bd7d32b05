package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import libp2p.security.tls.Libp2pCertificate;

/** TLS of BoringSSL with libp2p's certificates and our verdict on the remote's. */
final class NettyTls {
    private static final String ALPN = "libp2p";

    private final Map<SSLEngine, Verification> verifications = new ConcurrentHashMap<>();
    private final QuicSslContext client;
    private final QuicSslContext server;

    NettyTls(Libp2pCertificate certificate) {
        X509ExtendedTrustManager judge = new Judge();
        client = QuicSslContextBuilder.forClient()
                .keyManager(certificate.privateKey(), null, certificate.certificate())
                .trustManager(judge)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols(ALPN)
                .build();
        server = QuicSslContextBuilder.forServer(certificate.privateKey(), null, certificate.certificate())
                .trustManager(judge)
                .clientAuth(ClientAuth.REQUIRE)
                .applicationProtocols(ALPN)
                .build();
    }

    QuicSslEngine clientEngine(Verification verification) {
        return register(client, verification);
    }

    QuicSslEngine serverEngine(Verification verification) {
        return register(server, verification);
    }

    private QuicSslEngine register(QuicSslContext context, Verification verification) {
        QuicSslEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
        verifications.put(engine, verification);
        return engine;
    }

    void forget(SSLEngine engine) {
        verifications.remove(engine);
    }

    private final class Judge extends X509ExtendedTrustManager {
        private void judge(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
            Verification verification = verifications.get(engine);
            if (verification == null) {
                throw new CertificateException("a handshake that nobody waits for");
            }
            List<byte[]> encoded = new ArrayList<>(chain.length);
            for (X509Certificate certificate : chain) {
                encoded.add(certificate.getEncoded());
            }
            try {
                verification.verify(encoded);
            } catch (IOException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            judge(chain, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            judge(chain, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no handshake is known");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no handshake is known");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no handshake is known");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no handshake is known");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
