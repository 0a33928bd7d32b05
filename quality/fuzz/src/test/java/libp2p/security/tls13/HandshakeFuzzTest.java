package libp2p.security.tls13;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.Signer;
import libp2p.system.SystemEnvironment;

/** The messages of TLS 1.3, each at the moment at which it is expected, in both roles. */
class HandshakeFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    /** ClientHello, six of the server, three of the client. */
    private static final int MESSAGES = 10;

    /** A key that vouches for itself. */
    private static final class BareKey implements Credentials {
        private final Signer signer;

        BareKey() {
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
            return signer.publicKey();
        }

        @Override
        public byte[] sign(byte[] content) {
            return signer.sign(content);
        }

        @Override
        public byte[] verify(List<byte[]> chain) {
            return chain.getFirst();
        }
    }

    private static final BareKey KEY = new BareKey();

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

    /** The first byte says which message is replaced, the second whether the header of the right one is kept. */
    @FuzzTest
    void message(byte[] data) {
        if (data.length < 2) {
            return;
        }
        int replaced = (data[0] & 0xff) % MESSAGES;
        byte[] body = Arrays.copyOfRange(data, 2, data.length);
        Output fromClient = new Output();
        Output fromServer = new Output();
        Handshake client = new ClientHandshake(KEY, List.of("a", "b"), ENVIRONMENT, fromClient);
        Handshake server = new ServerHandshake(KEY, List.of("b", "a"), ENVIRONMENT, fromServer);
        client.start();
        server.start();
        try {
            for (int number = 0; !fromClient.messages.isEmpty() || !fromServer.messages.isEmpty(); number++) {
                boolean toServer = !fromClient.messages.isEmpty();
                byte[] message = toServer ? fromClient.messages.remove() : fromServer.messages.remove();
                if (number == replaced) {
                    message = (data[1] & 1) == 0 ? framed(message[0], body) : HandshakeType.message(data[1], body);
                }
                (toServer ? server : client).receive(message);
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private static byte[] framed(byte type, byte[] body) {
        return HandshakeType.message(type & 0xff, body);
    }
}
