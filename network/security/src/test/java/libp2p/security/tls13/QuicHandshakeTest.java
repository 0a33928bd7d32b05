package libp2p.security.tls13;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import libp2p.crypto.Crypto;
import libp2p.crypto.Signer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The demands of QUIC on the handshake beyond TLS over TCP (RFC 9001, section 8), and the habits of browsers. */
class QuicHandshakeTest {
    private static final byte[] OF_CLIENT = {1, 2, 3};
    private static final byte[] OF_SERVER = {4, 5};

    private static final class Key implements Credentials {
        private final Signer signer;
        private final boolean mutual;
        private final boolean shown;
        private int verified;

        Key(boolean mutual, boolean shown) {
            this.mutual = mutual;
            this.shown = shown;
            try {
                signer = Crypto.standard()
                        .ecdsaP256()
                        .signer(Crypto.standard().ecdsaP256().generatePrivateKey(ENVIRONMENT::secureRandom));
            } catch (InvalidKeyException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        public byte[] certificate() {
            return shown ? signer.publicKey() : new byte[0];
        }

        @Override
        public byte[] sign(byte[] content) {
            return signer.sign(content);
        }

        @Override
        public byte[] verify(List<byte[]> chain) {
            verified++;
            return chain.getFirst();
        }

        @Override
        public boolean mutual() {
            return mutual;
        }
    }

    private static final class Output implements HandshakeOutput {
        private final Deque<byte[]> messages = new ArrayDeque<>();

        @Override
        public void send(byte[] message) {
            messages.add(message);
        }

        @Override
        public void sendUnder(Level level, CipherSuite suite, byte[] secret) {}

        @Override
        public void receiveUnder(Level level, CipherSuite suite, byte[] secret) {}
    }

    private final Output fromClient = new Output();
    private final Output fromServer = new Output();
    private final List<Integer> types = new ArrayList<>();

    private Handshake client(Credentials credentials, byte @Nullable [] parameters, String... protocols) {
        Handshake client = new ClientHandshake(credentials, List.of(protocols), ENVIRONMENT, fromClient);
        if (parameters != null) {
            client.transportParameters(parameters);
        }
        return client;
    }

    private Handshake server(Credentials libp2p, Credentials browsers) {
        Handshake server = new ServerHandshake(
                protocol -> protocol.equals("h3") ? browsers : libp2p,
                List.of("libp2p", "h3"),
                ENVIRONMENT,
                fromServer);
        server.transportParameters(OF_SERVER);
        return server;
    }

    private void run(Handshake client, Handshake server) throws IOException {
        client.start();
        while (!fromClient.messages.isEmpty() || !fromServer.messages.isEmpty()) {
            boolean toServer = !fromClient.messages.isEmpty();
            byte[] message = toServer ? fromClient.messages.poll() : fromServer.messages.poll();
            types.add(HandshakeType.of(message));
            (toServer ? server : client).receive(message);
        }
    }

    private static TlsException refusal(Alert alert, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        TlsException[] seen = new TlsException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(TlsException.class, refused -> seen[0] = refused);
        assertThat(seen[0].alert()).isEqualTo(alert);
        return seen[0];
    }

    @Test
    void transportParametersReachTheOtherSide() throws Exception {
        Handshake client = client(new Key(true, true), OF_CLIENT, "libp2p");
        Handshake server = server(new Key(true, true), new Key(false, true));
        run(client, server);
        assertThat(client.isComplete() && server.isComplete()).isTrue();
        assertThat(server.remoteTransportParameters()).isEqualTo(OF_CLIENT);
        assertThat(client.remoteTransportParameters()).isEqualTo(OF_SERVER);
        assertThat(types).containsExactly(1, 2, 8, 13, 11, 15, 20, 11, 15, 20);
    }

    @Test
    void aServerAsksOnlyThoseForACertificateWhoseProtocolWantsIt() throws Exception {
        Key libp2p = new Key(true, true);
        Key browsers = new Key(false, true);
        Key browser = new Key(false, false);
        Handshake client = client(browser, OF_CLIENT, "h3");
        Handshake server = server(libp2p, browsers);
        run(client, server);
        assertThat(client.isComplete() && server.isComplete()).isTrue();
        assertThat(server.protocol()).isEqualTo("h3");
        assertThat(types).containsExactly(1, 2, 8, 11, 15, 20, 20);
        assertThat(libp2p.verified + browsers.verified).isZero();
        assertThat(browser.verified).isEqualTo(1);
    }

    @Test
    void aClientWithoutACertificateSendsAnEmptyListAndIsRefusedWhereOneIsNeeded() {
        Handshake client = client(new Key(false, false), OF_CLIENT, "libp2p");
        Handshake server = server(new Key(true, true), new Key(false, true));
        refusal(Alert.CERTIFICATE_REQUIRED, () -> run(client, server));
    }

    @Test
    void aClientOfLibp2pInsistsOnBeingAsked() {
        Handshake client = client(new Key(true, true), OF_CLIENT, "h3");
        Handshake server = server(new Key(true, true), new Key(false, true));
        refusal(Alert.UNEXPECTED_MESSAGE, () -> run(client, server));
    }

    @Test
    void whoSendsNoTransportParametersIsRefused() {
        Handshake plain = client(new Key(true, true), null, "libp2p");
        refusal(Alert.MISSING_EXTENSION, () -> run(plain, server(new Key(true, true), new Key(false, true))));
        fromClient.messages.clear();
        Handshake ordinary = new ServerHandshake(new Key(true, true), List.of("libp2p"), ENVIRONMENT, fromServer);
        refusal(Alert.MISSING_EXTENSION, () -> run(client(new Key(true, true), OF_CLIENT, "libp2p"), ordinary));
    }

    @Test
    void anApplicationProtocolMustBeAgreed() throws Exception {
        Handshake client = client(new Key(true, true), OF_CLIENT, "libp2p");
        client.start();
        ClientHello hello = ClientHello.decode(fromClient.messages.poll());
        Extensions without = new Extensions();
        hello.extensions().numbers().forEach(number -> {
            if (number != Extensions.APPLICATION_PROTOCOLS) {
                without.put(number, hello.extensions().get(number));
            }
        });
        byte[] silent = new ClientHello(hello.random(), hello.sessionId(), hello.suites(), without).encode();
        Handshake server = server(new Key(true, true), new Key(false, true));
        refusal(Alert.NO_APPLICATION_PROTOCOL, () -> server.receive(silent));
    }

    @Test
    void aSessionIdIsRefused() throws Exception {
        Handshake client = client(new Key(true, true), OF_CLIENT, "libp2p");
        client.start();
        ClientHello hello = ClientHello.decode(fromClient.messages.poll());
        byte[] compatible = new ClientHello(hello.random(), new byte[32], hello.suites(), hello.extensions()).encode();
        Handshake server = server(new Key(true, true), new Key(false, true));
        refusal(Alert.ILLEGAL_PARAMETER, () -> server.receive(compatible));
    }

    @Test
    void aTicketAfterTheHandshakeIsIgnoredAndAKeyUpdateIsNot() throws Exception {
        Handshake client = client(new Key(true, true), OF_CLIENT, "libp2p");
        Handshake server = server(new Key(true, true), new Key(false, true));
        run(client, server);
        client.receive(HandshakeType.message(HandshakeType.NEW_SESSION_TICKET, new byte[40]));
        byte[] update = HandshakeType.message(HandshakeType.KEY_UPDATE, new byte[1]);
        refusal(Alert.UNEXPECTED_MESSAGE, () -> client.receive(update));
        refusal(Alert.UNEXPECTED_MESSAGE, () -> server.receive(update));
        byte[] ticket = HandshakeType.message(HandshakeType.NEW_SESSION_TICKET, new byte[40]);
        refusal(Alert.UNEXPECTED_MESSAGE, () -> server.receive(ticket));
    }
}
