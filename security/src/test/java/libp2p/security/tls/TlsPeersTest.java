package libp2p.security.tls;

import static libp2p.security.Handshakes.ENVIRONMENT;
import static libp2p.security.Handshakes.failure;
import static libp2p.security.Handshakes.join;
import static libp2p.security.Handshakes.request;
import static libp2p.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.Handshakes.Pair;
import libp2p.security.Handshakes.Task;
import libp2p.security.Identities;
import libp2p.security.Limits;
import libp2p.security.Link;
import libp2p.security.record.RecordBuffers;
import libp2p.security.record.RecordInput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tls against engines that do what a peer should not, or need not. */
@Timeout(30)
class TlsPeersTest {
    private final RecordBuffers buffers = RecordBuffers.create();
    private final Libp2pCertificate certificate = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT);
    private final Tls bob = new Tls(Libp2pCertificate.create(Identities.bob(), ENVIRONMENT), Limits.DEFAULT, buffers);
    private final Link link = new Link();
    private SSLEngine engine;

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(buffers.outstanding()).isZero();
    }

    /** A peer at end a that trusts everybody; null for no certificate. */
    private Task<RecordInput> peer(boolean client, CertificateKeyManager keys, Consumer<SSLParameters> settings)
            throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager trusting = new TrustingManager();
        context.init(keys == null ? null : new KeyManager[] {keys}, new TrustManager[] {trusting}, null);
        engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        settings.accept(parameters);
        engine.setSSLParameters(parameters);
        RecordBuffers own = RecordBuffers.create();
        return start(() -> {
            RecordInput input = new RecordInput(link.a(), own, TlsRecordFormat.INSTANCE);
            new TlsHandshake(engine, link.a(), input, own, 1 << 20).run();
            return input;
        });
    }

    private static final class TrustingManager extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private CertificateKeyManager keys() {
        return new CertificateKeyManager(certificate);
    }

    private Task<SecureConnection> secure(Role role, String... muxers) {
        return start(() -> bob.secure(link.b(), request(role, null, muxers)));
    }

    private static void alpn(SSLParameters parameters, String... protocols) {
        parameters.setApplicationProtocols(protocols);
    }

    @Test
    void aClientWithoutCertificateIsRefusedBeforeAnythingIsHandedOut() throws Exception {
        Task<RecordInput> peer = peer(true, null, parameters -> alpn(parameters, "libp2p"));
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("certificate");
        assertThat(link.b().isClosed()).isTrue();
        link.a().close();
        waitFor(peer);
    }

    private static void waitFor(Task<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (java.util.concurrent.ExecutionException expected) {
            assertThat(expected).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientWithAnExpiredCertificateIsRefusedAndHearsAnAlert() throws Exception {
        byte[] expired = TestCertificate.p256()
                .of(Identities.alice())
                .validity("20000101000000Z", "20010101000000Z")
                .encoded();
        assertThat(expired).isNotEmpty();
        Link other = new Link();
        Tls strict = new Tls(
                Libp2pCertificate.create(Identities.bob(), ENVIRONMENT),
                new Limits(
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        Limits.DEFAULT.certificateBytes(),
                        Limits.DEFAULT.tlsHandshakeBytes(),
                        java.time.Duration.ofDays(-400_000),
                        Limits.DEFAULT.closeNotify()),
                buffers); // by its clock every certificate has run out
        Tls alice = new Tls(certificate, Limits.DEFAULT, buffers);
        Pair pair = join(other, alice, strict);
        assertThat(pair.responder().failure())
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not valid");
        Task<ByteBuffer> reading = start(() -> pair.initiator().orThrow().read());
        assertThat(failure(reading)).isInstanceOf(SSLException.class).hasMessageContaining("alert");
        pair.close();
    }

    @Test
    void aPeerWithTheOneProtocolOfOldIsServed() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> alpn(parameters, "libp2p"));
        SecureConnection connection = secure(Role.RESPONDER, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        assertThat(engine.getApplicationProtocol()).isEqualTo("libp2p");
        connection.close();
    }

    @Test
    void aClientWithoutApplicationProtocolIsServed() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        assertThat(connection.remotePeer()).isEqualTo(Identities.alice().peerId());
        connection.close();
    }

    @Test
    void aClientOfAnotherApplicationIsRefused() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> alpn(parameters, "h2", "http/1.1"));
        assertThat(failure(secure(Role.RESPONDER, "/yamux/1.0.0"))).isInstanceOf(ProtocolViolationException.class);
        assertThat(failure(peer)).isInstanceOf(IOException.class);
    }

    @Test
    void aServerWithTheOneProtocolOfOldIsUsed() throws Exception {
        Task<RecordInput> peer = peer(false, keys(), parameters -> {
            alpn(parameters, "libp2p");
            parameters.setNeedClientAuth(true);
        });
        SecureConnection connection = secure(Role.INITIATOR, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        connection.close();
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}));
        assertThat(failure(secure(Role.RESPONDER))).isInstanceOf(ProtocolViolationException.class);
        assertThat(failure(peer)).isInstanceOf(IOException.class);
    }

    @Test
    void somethingElseThanTlsIsRefusedByItsFirstByte() throws Exception {
        link.a().write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("type 71 is none of TLS");
    }

    @Test
    void anOversizedRecordIsRefusedByItsHeader() throws Exception {
        link.a().write(ByteBuffer.wrap(new byte[] {22, 3, 1, 0x41, 1}));
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("16641 bytes, more than the limit of 16640");
    }

    @Test
    void noTicketForResumptionIsSent() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> alpn(parameters, "libp2p"));
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        assertThat(link.a().pending()).isZero();
        connection.close();
    }

    private void send(byte[] data) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(20_000);
        engine.wrap(ByteBuffer.wrap(data), record);
        link.a().write(record.flip());
    }

    /** Tells that the peer sends under a new key from now on, and wants this side to do the same. */
    private void sendKeyUpdate() throws IOException {
        engine.beginHandshake();
        send(new byte[0]);
    }

    @Test
    void bothSidesChangeTheirKeysWhenThePeerWantsIt() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        RecordInput input = peer.get();
        for (byte round = 0; round < 50; round++) {
            sendKeyUpdate();
            send(new byte[] {round});
            assertThat(connection.read().get()).isEqualTo(round);
            connection.write(ByteBuffer.wrap(new byte[] {round, round}));
            connection.flush();
            assertThat(unwrapNext(input).hasRemaining())
                    .as("the key update comes first")
                    .isFalse();
            assertThat(unwrapNext(input)).isEqualTo(ByteBuffer.wrap(new byte[] {round, round}));
        }
        connection.close();
    }

    @Test
    void recordsWithoutDataAreCounted() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        for (int i = 0; i < 32; i++) {
            sendKeyUpdate();
        }
        send(new byte[] {1});
        ByteBuffer read = connection.read();
        assertThat(read.get()).isEqualTo((byte) 1);
        sendKeyUpdate();
        assertThat(failure(start(connection::read)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more than the limit of 32 records without data");
        connection.close();
    }

    @Test
    void aFarewellOfTheRemoteEndsTheStreamAndWritingGoesOn() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        RecordInput input = peer.get();
        engine.closeOutbound();
        send(new byte[0]);
        assertThat(connection.read()).isNull();
        assertThat(connection.read()).isNull();
        connection.write(ByteBuffer.wrap(new byte[] {7}));
        connection.flush();
        assertThat(unwrapNext(input)).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
        connection.close();
    }

    private ByteBuffer unwrapNext(RecordInput input) throws IOException {
        assertThat(input.next()).isTrue();
        ByteBuffer plaintext = ByteBuffer.allocate(20_000);
        ByteBuffer record = input.buffer();
        engine.unwrap(record.limit(input.offset() + input.length()).position(input.offset()), plaintext);
        return plaintext.flip();
    }

    @Test
    void closingSaysFarewell() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        RecordInput input = peer.get();
        connection.close();
        unwrapNext(input);
        assertThat(engine.isInboundDone()).isTrue();
    }

    @Test
    void closingDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        link.b().write(ByteBuffer.allocate(64 << 10)); // the send buffer is full
        connection.close();
        assertThat(link.b().isClosed()).isTrue();
    }

    @Test
    void aForgedRecordEndsTheConnection() throws Exception {
        Task<RecordInput> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        ByteBuffer forged = ByteBuffer.allocate(45).put(0, new byte[] {23, 3, 3, 0, 40});
        link.a().write(forged);
        assertThat(failure(start(connection::read))).isInstanceOf(ProtocolViolationException.class);
        assertThat(link.b().isClosed()).isTrue();
    }
}
