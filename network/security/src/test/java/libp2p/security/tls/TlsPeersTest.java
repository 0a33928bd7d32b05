package libp2p.security.tls;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static libp2p.contracts.security.Handshakes.failure;
import static libp2p.contracts.security.Handshakes.join;
import static libp2p.contracts.security.Handshakes.request;
import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import libp2p.contracts.security.HandshakeLink;
import libp2p.contracts.security.Handshakes.Pair;
import libp2p.contracts.security.Handshakes.Task;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.Identities;
import libp2p.security.KeyLog;
import libp2p.security.SecurityLimits;
import libp2p.security.records.RecordBuffers;
import libp2p.security.tls13.RemoteAlertException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tls against engines that do what a peer should not, or need not. */
class TlsPeersTest {
    private final RecordBuffers buffers = RecordBuffers.create();
    private final Libp2pCertificate certificate = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT);
    private final Tls bob = Tls.create(Identities.bob(), ENVIRONMENT, SecurityLimits.DEFAULT, buffers, KeyLog.NONE);
    private final HandshakeLink link = new HandshakeLink();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertThat(buffers.outstanding()).isZero();
    }

    private Task<JssePeer> peer(boolean client, JssePeer.Keys keys, Consumer<SSLParameters> settings) throws Exception {
        JssePeer peer = new JssePeer(link.a(), client, keys, settings);
        return start(peer::handshake);
    }

    private JssePeer.Keys keys() throws Exception {
        return JssePeer.Keys.of(certificate);
    }

    private Task<SecureConnection> secure(Role role, String... muxers) {
        return start(() -> bob.secure(link.b(), request(role, null, muxers)));
    }

    private static void alpn(SSLParameters parameters, String... protocols) {
        parameters.setApplicationProtocols(protocols);
    }

    @Test
    void aClientWithoutCertificateIsRefusedBeforeAnythingIsHandedOut() throws Exception {
        Task<JssePeer> peer = peer(true, null, parameters -> alpn(parameters, "libp2p"));
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
        Environment late = new ForwardingEnvironment(ENVIRONMENT) {
            @Override
            public Instant wallClock() {
                return Instant.parse("5000-01-01T00:00:00Z"); // when every certificate has run out
            }
        };
        Tls alice = Tls.create(Identities.alice(), ENVIRONMENT, SecurityLimits.DEFAULT, buffers, KeyLog.NONE);
        Pair pair = join(
                new HandshakeLink(),
                alice,
                request(Role.INITIATOR, null),
                bob,
                new SecurityRequest(late, Role.RESPONDER, null, List.of()));
        assertThat(pair.responder().failure())
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not valid after");
        Task<ByteBuffer> reading = start(() -> pair.initiator().orThrow().read());
        assertThat(failure(reading))
                .isInstanceOf(RemoteAlertException.class)
                .hasMessageContaining("certificate_unknown");
        pair.close();
    }

    @Test
    void aPeerWithTheOneProtocolOfOldIsServed() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> alpn(parameters, "libp2p"));
        SecureConnection connection = secure(Role.RESPONDER, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        assertThat(peer.get().engine.getApplicationProtocol()).isEqualTo("libp2p");
        connection.close();
    }

    @Test
    void aClientWithoutApplicationProtocolIsServed() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        assertThat(connection.remotePeer()).isEqualTo(Identities.alice().peerId());
        connection.close();
    }

    @Test
    void aClientOfAnotherApplicationIsRefused() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> alpn(parameters, "h2", "http/1.1"));
        assertThat(failure(secure(Role.RESPONDER, "/yamux/1.0.0"))).isInstanceOf(ProtocolViolationException.class);
        assertThat(failure(peer)).isInstanceOf(IOException.class);
    }

    @Test
    void aServerWithTheOneProtocolOfOldIsUsed() throws Exception {
        Task<JssePeer> peer = peer(false, keys(), parameters -> {
            alpn(parameters, "libp2p");
        });
        SecureConnection connection = secure(Role.INITIATOR, "/yamux/1.0.0").get();
        peer.get();
        assertThat(connection.earlyMuxer()).isNull();
        connection.close();
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> parameters.setProtocols(new String[] {"TLSv1.2"}));
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
                .hasMessageContaining("16641 bytes, more than the limit of 16384");
    }

    @Test
    void noTicketForResumptionIsSent() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> alpn(parameters, "libp2p"));
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        assertThat(link.a().pending()).isZero();
        connection.close();
    }

    @Test
    void bothSidesChangeTheirKeysWhenThePeerWantsIt() throws Exception {
        Task<JssePeer> handshake = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        JssePeer peer = handshake.get();
        for (byte round = 0; round < 50; round++) {
            peer.sendKeyUpdate();
            peer.send(round);
            assertThat(connection.read().get()).isEqualTo(round);
            connection.write(ByteBuffer.wrap(new byte[] {round, round}));
            connection.flush();
            assertThat(peer.receive().hasRemaining())
                    .as("the key update comes first")
                    .isFalse();
            assertThat(peer.receive()).isEqualTo(ByteBuffer.wrap(new byte[] {round, round}));
        }
        connection.close();
    }

    @Test
    void recordsWithoutDataAreCounted() throws Exception {
        Task<JssePeer> handshake = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        JssePeer peer = handshake.get();
        for (int i = 0; i < 32; i++) {
            peer.sendKeyUpdate();
        }
        peer.send((byte) 1);
        assertThat(connection.read().get()).isEqualTo((byte) 1);
        peer.sendKeyUpdate();
        assertThat(failure(start(connection::read)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("more than the limit of 32 records without data");
        connection.close();
    }

    @Test
    void aFarewellOfTheRemoteEndsTheStreamAndWritingGoesOn() throws Exception {
        Task<JssePeer> handshake = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        JssePeer peer = handshake.get();
        peer.engine.closeOutbound();
        peer.send();
        assertThat(connection.read()).isNull();
        assertThat(connection.read()).isNull();
        connection.write(ByteBuffer.wrap(new byte[] {7}));
        connection.flush();
        assertThat(peer.receive()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
        connection.close();
    }

    @Test
    void closingSaysFarewell() throws Exception {
        Task<JssePeer> handshake = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        JssePeer peer = handshake.get();
        connection.close();
        peer.receive();
        assertThat(peer.engine.isInboundDone()).isTrue();
    }

    @Test
    void ticketsForResumptionArePassedOver() throws Exception { // the JDK's server sends one
        Task<JssePeer> handshake = peer(false, keys(), parameters -> {});
        SecureConnection connection = secure(Role.INITIATOR).get();
        JssePeer peer = handshake.get();
        peer.send();
        peer.send((byte) 9);
        assertThat(connection.read().get()).isEqualTo((byte) 9);
        connection.close();
    }

    @Test
    void aPeerWithoutX25519AndP256IsRefused() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> parameters.setNamedGroups(new String[] {"secp384r1"}));
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("offers neither X25519 nor P-256");
        assertThat(failure(peer)).isInstanceOf(IOException.class);
    }

    /** RFC 8446, 9.1 has P-256 mandatory; as a client of that kind meets X25519 first, it is asked for the other. */
    @Test
    void p256IsSpokenInBothRolesAndAfterARetry() throws Exception {
        for (String[] groups : new String[][] {{"secp256r1"}, {"secp384r1", "secp256r1"}, {"secp384r1", "x25519"}}) {
            for (boolean client : new boolean[] {true, false}) {
                HandshakeLink other = new HandshakeLink();
                JssePeer peer =
                        new JssePeer(other.a(), client, keys(), parameters -> parameters.setNamedGroups(groups));
                Task<JssePeer> handshake = start(peer::handshake);
                SecureConnection connection =
                        bob.secure(other.b(), request(client ? Role.RESPONDER : Role.INITIATOR, null));
                handshake.get();
                peer.send((byte) 9);
                assertThat(connection.read().get()).isEqualTo((byte) 9);
                connection.close();
            }
        }
    }

    @Test
    void bothCipherSuitesWork() throws Exception {
        for (String suite : new String[] {"TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"}) {
            for (boolean client : new boolean[] {true, false}) {
                HandshakeLink other = new HandshakeLink();
                JssePeer peer = new JssePeer(
                        other.a(), client, keys(), parameters -> parameters.setCipherSuites(new String[] {suite}));
                Task<JssePeer> handshake = start(peer::handshake);
                SecureConnection connection =
                        bob.secure(other.b(), request(client ? Role.RESPONDER : Role.INITIATOR, null));
                handshake.get();
                assertThat(peer.engine.getSession().getCipherSuite()).isEqualTo(suite);
                peer.send(new byte[50_000]); // four records
                int received = 0;
                while (received < 50_000) {
                    ByteBuffer read = connection.read();
                    received += read.remaining();
                    read.position(read.limit());
                }
                connection.write(ByteBuffer.wrap(new byte[] {3}));
                connection.flush();
                ByteBuffer answer = peer.receive();
                assertThat(answer.get()).isEqualTo((byte) 3);
                connection.close();
            }
        }
    }

    @Test
    void certificatesOverOtherKeysWork() throws Exception {
        for (TestCertificate other :
                List.of(TestCertificate.p384(), TestCertificate.ed25519(), TestCertificate.rsa(2048))) {
            X509Certificate encoded = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(
                            other.of(Identities.alice()).encoded()));
            for (boolean client : new boolean[] {true, false}) {
                HandshakeLink link = new HandshakeLink();
                JssePeer peer = new JssePeer(
                        link.a(), client, new JssePeer.Keys(other.keys().getPrivate(), encoded), parameters -> {});
                Task<JssePeer> handshake = start(peer::handshake);
                SecureConnection connection =
                        bob.secure(link.b(), request(client ? Role.RESPONDER : Role.INITIATOR, null));
                handshake.get();
                assertThat(connection.remotePeer()).isEqualTo(Identities.alice().peerId());
                connection.close();
            }
        }
    }

    @Test
    void aKeyThatIsNotThatOfTheCertificateIsRefused() throws Exception {
        Libp2pCertificate other = Libp2pCertificate.create(Identities.alice(), ENVIRONMENT);
        Task<JssePeer> peer = peer(
                true,
                new JssePeer.Keys(JssePeer.Keys.privateKey(other), JssePeer.Keys.x509(certificate)),
                parameters -> {});
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("not signed by the key of the certificate");
        peer.get();
    }

    @Test
    void aChainOfTwoIsRefused() throws Exception {
        Task<JssePeer> peer = peer(
                true,
                new JssePeer.Keys(
                        JssePeer.Keys.privateKey(certificate),
                        JssePeer.Keys.x509(certificate),
                        JssePeer.Keys.x509(certificate)),
                parameters -> {});
        assertThat(failure(secure(Role.RESPONDER)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("2 certificates");
        peer.get();
    }

    @Test
    void closingDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        link.b().write(ByteBuffer.allocate(64 << 10)); // the send buffer is full
        connection.close();
        assertThat(link.b().isClosed()).isTrue();
    }

    @Test
    void aForgedRecordEndsTheConnection() throws Exception {
        Task<JssePeer> peer = peer(true, keys(), parameters -> {});
        SecureConnection connection = secure(Role.RESPONDER).get();
        peer.get();
        ByteBuffer forged = ByteBuffer.allocate(45).put(0, new byte[] {23, 3, 3, 0, 40});
        link.a().write(forged);
        assertThat(failure(start(connection::read))).isInstanceOf(ProtocolViolationException.class);
        assertThat(link.b().isClosed()).isTrue();
    }
}
