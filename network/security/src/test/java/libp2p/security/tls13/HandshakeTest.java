package libp2p.security.tls13;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import libp2p.crypto.Crypto;
import libp2p.crypto.Signer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    /** A key that vouches for itself: the "certificate" is the SubjectPublicKeyInfo. */
    private static final class BareKey implements Credentials {
        private final Signer signer;
        private final List<byte[]> seen = new ArrayList<>();

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
            seen.addAll(chain);
            return chain.getFirst();
        }
    }

    /** The wishes of one handshake. */
    private static final class Output implements HandshakeOutput {
        private final Deque<byte[]> messages = new ArrayDeque<>();
        private final Map<Level, byte[]> sending = new EnumMap<>(Level.class);
        private final Map<Level, byte[]> receiving = new EnumMap<>(Level.class);

        @Override
        public void send(byte[] message) {
            messages.add(message);
        }

        @Override
        public void sendUnder(Level level, CipherSuite suite, byte[] secret) {
            sending.put(level, secret);
        }

        @Override
        public void receiveUnder(Level level, CipherSuite suite, byte[] secret) {
            receiving.put(level, secret);
        }
    }

    private final BareKey clientKey = new BareKey();
    private final BareKey serverKey = new BareKey();
    private final Output fromClient = new Output();
    private final Output fromServer = new Output();
    private Handshake client = client("a", "b");
    private Handshake server = server("b", "a");

    private Handshake client(String... protocols) {
        return new ClientHandshake(clientKey, List.of(protocols), ENVIRONMENT, fromClient);
    }

    private Handshake server(String... protocols) {
        return new ServerHandshake(serverKey, List.of(protocols), ENVIRONMENT, fromServer);
    }

    /** Starts anew and passes messages until none is left, each through a change by its number. */
    private void run(java.util.function.BiFunction<Integer, byte[], byte[]> change) throws IOException {
        fromClient.messages.clear();
        fromServer.messages.clear();
        client = client("a", "b");
        server = server("b", "a");
        int number = 0;
        client.start();
        server.start();
        while (!fromClient.messages.isEmpty() || !fromServer.messages.isEmpty()) {
            boolean toServer = !fromClient.messages.isEmpty();
            byte[] message = toServer ? fromClient.messages.poll() : fromServer.messages.poll();
            (toServer ? server : client).receive(change.apply(number++, message));
        }
    }

    /**
     * The outcome when the n-th message is changed; 0 is ClientHello, 1 to 6 the server's flight, 7 to 9 the client's.
     */
    private AbstractThrowableAssert<?, ?> assertRefused(int number, UnaryOperator<byte[]> change) {
        return assertThatThrownBy(() -> run((i, message) -> i == number ? change.apply(message) : message))
                .isInstanceOf(TlsException.class);
    }

    @Test
    void bothSidesAgreeOnSecretsProtocolAndKeys() throws Exception {
        List<Integer> types = new ArrayList<>();
        run((i, message) -> {
            types.add(HandshakeType.of(message));
            return message;
        });
        assertThat(types).containsExactly(1, 2, 8, 13, 11, 15, 20, 11, 15, 20);
        assertThat(client.isComplete() && server.isComplete()).isTrue();
        assertThat(client.protocol()).isEqualTo("a");
        assertThat(server.protocol()).isEqualTo("a");
        for (HandshakeOutput.Level level :
                List.of(HandshakeOutput.Level.HANDSHAKE, HandshakeOutput.Level.APPLICATION)) {
            assertThat(fromClient.sending.get(level)).isNotNull().isEqualTo(fromServer.receiving.get(level));
            assertThat(fromClient.receiving.get(level)).isNotNull().isEqualTo(fromServer.sending.get(level));
        }
        assertThat(clientKey.seen).containsExactly(serverKey.certificate());
        assertThat(serverKey.seen).containsExactly(clientKey.certificate());
    }

    @Test
    void nothingOfTheClientIsShownToAServerWhoseCertificateIsRefused() throws Exception {
        Credentials strict = new Credentials() {
            @Override
            public byte[] certificate() {
                throw new AssertionError("shown");
            }

            @Override
            public byte[] sign(byte[] content) {
                throw new AssertionError("shown");
            }

            @Override
            public byte[] verify(List<byte[]> chain) throws IOException {
                throw new IOException("not you");
            }
        };
        Handshake careful = new ClientHandshake(strict, List.of("a"), ENVIRONMENT, fromClient);
        careful.start();
        server.receive(fromClient.messages.poll());
        assertThatThrownBy(() -> {
                    while (true) {
                        careful.receive(fromServer.messages.remove());
                    }
                })
                .hasMessage("not you");
    }

    @Test
    void everyChangedByteOfEveryMessageIsNoticed() throws Exception {
        int[] lengths = new int[10];
        run((i, message) -> {
            lengths[i] = message.length;
            return message;
        });
        Random random = new Random(8);
        for (int number = 0; number < lengths.length; number++) {
            for (int at = 0; at < lengths[number]; at++) {
                int index = at;
                int bits = 1 + random.nextInt(255);
                int changed = number;
                boolean[] applied = new boolean[1]; // signatures are of different lengths
                try {
                    run((i, message) -> {
                        if (i == changed && index < message.length) {
                            message[index] ^= (byte) bits;
                            applied[0] = true;
                        }
                        return message;
                    });
                    assertThat(applied[0] && client.isComplete() && server.isComplete())
                            .as("message %s, byte %s, bits %s", number, at, bits)
                            .isFalse();
                } catch (IOException expected) {
                    assertThat(expected).hasMessageMatching("[\\x20-\\x7e]*");
                }
            }
        }
    }

    @Test
    void mutatedMessagesNeverDoWorseThanAnIoException() {
        Random random = new Random(9);
        for (int round = 0; round < 1_500; round++) {
            int changed = random.nextInt(10);
            try {
                run((i, message) -> i == changed ? mutant(message, random) : message);
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotNull();
            }
        }
    }

    private static byte[] mutant(byte[] message, Random random) {
        byte[] mutant = random.nextInt(4) == 0
                ? Arrays.copyOf(message, HandshakeType.HEADER + random.nextInt(message.length))
                : message.clone();
        for (int changes = random.nextInt(5); changes >= 0; changes--) {
            mutant[HandshakeType.HEADER + random.nextInt(mutant.length - HandshakeType.HEADER + 1) - 1] =
                    (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(4));
        }
        return mutant;
    }

    @Test
    void everyMessageHasItsTime() {
        for (int number = 0; number < 10; number++) {
            for (int type : new int[] {0, 1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 254}) {
                int expected = new int[] {1, 2, 8, 13, 11, 15, 20, 11, 15, 20}[number];
                if (type != expected) {
                    assertRefused(number, message -> {
                                message[0] = (byte) type;
                                return message;
                            })
                            .hasMessageContaining("comes too soon or too late");
                }
            }
        }
    }

    @Test
    void nothingMayFollowFinished() throws Exception {
        run((i, message) -> message);
        byte[] finished = HandshakeType.message(HandshakeType.FINISHED, new byte[32]);
        assertThatThrownBy(() -> server.receive(finished)).isInstanceOf(TlsException.class);
        assertThatThrownBy(() -> client.receive(finished)).isInstanceOf(TlsException.class);
    }

    private static UnaryOperator<byte[]> hello(UnaryOperator<ClientHello> change) {
        return message -> {
            try {
                return change.apply(ClientHello.decode(message)).encode();
            } catch (TlsException impossible) {
                throw new AssertionError(impossible);
            }
        };
    }

    private static UnaryOperator<byte[]> with(int extension, byte[] value) {
        return hello(hello -> {
            hello.extensions().put(extension, value);
            return hello;
        });
    }

    @Test
    void helloThatDoesNotFitIsRefused() {
        assertRefused(0, with(Extensions.SUPPORTED_VERSIONS, Extensions.numbers(1, 0x0303)))
                .hasMessageContaining("does not speak TLS 1.3");
        assertRefused(0, with(Extensions.SUPPORTED_GROUPS, Extensions.numbers(2, 24, 25)))
                .hasMessageContaining("neither X25519 nor P-256");
        assertRefused(0, with(Extensions.SIGNATURE_ALGORITHMS, Extensions.numbers(2, 0x0401)))
                .hasMessageContaining("does not offer ECDSA over P-256");
        assertRefused(0, with(Extensions.APPLICATION_PROTOCOLS, Extensions.protocols(List.of("h3"))))
                .hasMessageContaining("no application protocol in common");
        assertRefused(0, with(Extensions.KEY_SHARE, share(new byte[31]))).hasMessageContaining("key share");
        assertRefused(0, with(Extensions.KEY_SHARE, share(new byte[32]))).hasMessageContaining("small order");
        assertRefused(
                        0,
                        hello(hello -> new ClientHello(
                                hello.random(), hello.sessionId(), new byte[] {0x13, 0x02}, hello.extensions())))
                .hasMessageContaining("no cipher suite in common");
        assertRefused(
                        0,
                        hello(hello ->
                                new ClientHello(hello.random(), new byte[33], hello.suites(), hello.extensions())))
                .hasMessageContaining("session id of 33 bytes");
        assertRefused(0, hello(hello -> {
                    for (int i = 1000; i < 1064; i++) {
                        hello.extensions().put(i, new byte[0]);
                    }
                    return hello;
                }))
                .hasMessageContaining("more than the limit of 64 extensions");
    }

    private static byte[] share(byte[] key) {
        return new WireWriter()
                .vector(2, list -> list.uint16(Extensions.X25519).vector(2, key))
                .toByteArray();
    }

    @Test
    void unknownExtensionsSuitesAndGroupsAreIgnored() throws Exception {
        byte[] random = new byte[32];
        run((i, message) -> message); // the plain one works
        Handshake other = server("a");
        fromClient.messages.clear();
        client = client("a");
        client.start();
        ClientHello hello = ClientHello.decode(fromClient.messages.poll());
        hello.extensions()
                .put(0x0a0a, new byte[1])
                .put(Extensions.SUPPORTED_GROUPS, Extensions.numbers(2, 0x0a0a, 0x11ec, Extensions.X25519));
        byte[] suites = {0x0a, 0x0a, 0x13, 0x02, 0x13, 0x03};
        other.receive(new ClientHello(random, new byte[32], suites, hello.extensions()).encode());
        ServerHello answer = ServerHello.decode(fromServer.messages.poll());
        assertThat(answer.suite()).isEqualTo(CipherSuite.TLS_CHACHA20_POLY1305_SHA256.code());
        assertThat(answer.sessionId()).hasSize(32);
    }

    private static UnaryOperator<byte[]> serverHello(UnaryOperator<ServerHello> change) {
        return message -> {
            try {
                return change.apply(ServerHello.decode(message)).encode();
            } catch (TlsException impossible) {
                throw new AssertionError(impossible);
            }
        };
    }

    @Test
    void answersThatDoNotFitAreRefused() {
        assertRefused(
                        1,
                        message -> ServerHello.retry(new byte[0], CipherSuite.TLS_AES_128_GCM_SHA256, Extensions.X25519)
                                .encode())
                .hasMessageContaining("another key share");
        assertRefused(
                        1,
                        serverHello(answer ->
                                new ServerHello(answer.random(), new byte[1], answer.suite(), answer.extensions())))
                .hasMessageContaining("not offered");
        assertRefused(
                        1,
                        serverHello(
                                answer -> new ServerHello(answer.random(), new byte[0], 0x1302, answer.extensions())))
                .hasMessageContaining("not offered");
        assertRefused(1, serverHello(answer -> {
                    answer.extensions().put(Extensions.SUPPORTED_VERSIONS, new byte[] {3, 3});
                    return answer;
                }))
                .hasMessageContaining("not offered");
        assertRefused(1, serverHello(answer -> {
                    answer.extensions().put(41, new byte[2]);
                    return answer;
                }))
                .hasMessageContaining("extension 41 was not offered");
        assertRefused(
                        1,
                        serverHello(answer ->
                                new ServerHello(answer.random(), new byte[0], answer.suite(), new Extensions())))
                .hasMessageContaining("no extension supported_versions");
    }

    private static UnaryOperator<byte[]> body(int type, byte[] body) {
        return message -> HandshakeType.message(type, body);
    }

    @Test
    void encryptedExtensionsThatDoNotFitAreRefused() {
        byte[] foreign = extension(Extensions.APPLICATION_PROTOCOLS, Extensions.protocols(List.of("c")));
        assertRefused(2, body(HandshakeType.ENCRYPTED_EXTENSIONS, foreign)).hasMessageContaining("not offered");
        byte[] two = extension(Extensions.APPLICATION_PROTOCOLS, Extensions.protocols(List.of("a", "b")));
        assertRefused(2, body(HandshakeType.ENCRYPTED_EXTENSIONS, two)).hasMessageContaining("not offered");
        assertRefused(2, body(HandshakeType.ENCRYPTED_EXTENSIONS, extension(42, new byte[0])))
                .hasMessageContaining("extension 42 was not offered");
        byte[] repeated = {0, 8, 0, 10, 0, 0, 0, 10, 0, 0};
        assertRefused(2, body(HandshakeType.ENCRYPTED_EXTENSIONS, repeated)).hasMessageContaining("twice");
    }

    private static byte[] extension(int number, byte[] value) {
        WireWriter out = new WireWriter();
        new Extensions().put(number, value).write(out);
        return out.toByteArray();
    }

    @Test
    void certificatesThatDoNotFitAreRefused() {
        assertRefused(7, body(HandshakeType.CERTIFICATE, new byte[] {0, 0, 0, 0}))
                .hasMessageContaining("no certificate")
                .extracting(refusal -> ((TlsException) refusal).alert())
                .isEqualTo(Alert.CERTIFICATE_REQUIRED);
        assertRefused(4, body(HandshakeType.CERTIFICATE, new byte[] {1, 7, 0, 0, 0}))
                .hasMessageContaining("another request");
        byte[] three = new WireWriter()
                .uint8(0)
                .vector(3, list -> {
                    for (int i = 0; i < 3; i++) {
                        list.vector(3, new byte[5]).uint16(0);
                    }
                })
                .toByteArray();
        assertRefused(7, body(HandshakeType.CERTIFICATE, three)).hasMessageContaining("more than 2 certificates");
    }

    @Test
    void signaturesThatDoNotFitAreRefused() {
        byte[] pkcs1 = new WireWriter().uint16(0x0401).vector(2, new byte[64]).toByteArray();
        assertRefused(8, body(HandshakeType.CERTIFICATE_VERIFY, pkcs1)).hasMessageContaining("0x0401 was not offered");
        for (int scheme : new int[] {0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0807}) {
            byte[] wrong =
                    new WireWriter().uint16(scheme).vector(2, new byte[64]).toByteArray();
            assertRefused(5, body(HandshakeType.CERTIFICATE_VERIFY, wrong))
                    .hasMessageContaining("not signed by the key of the certificate");
        }
    }

    @Test
    void aSignatureOfTheOtherRoleIsRefused() throws Exception {
        byte[][] verify = new byte[1][];
        assertThatThrownBy(() -> run((i, message) -> {
                    if (i == 5) {
                        verify[0] = message;
                    }
                    return i == 8 ? verify[0] : message;
                }))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("not signed");
    }

    @Test
    void aRequestThatThisSideCannotMeetIsRefused() {
        byte[] pssOnly = new WireWriter()
                .uint8(0)
                .bytes(extension(Extensions.SIGNATURE_ALGORITHMS, Extensions.numbers(2, 0x0804)))
                .toByteArray();
        assertRefused(3, body(HandshakeType.CERTIFICATE_REQUEST, pssOnly))
                .hasMessageContaining("does not take ECDSA over P-256");
        assertRefused(3, body(HandshakeType.CERTIFICATE_REQUEST, new byte[] {1, 1, 0, 0}))
                .hasMessageContaining("a CertificateRequest with a context");
    }

    @Test
    void aClientWithOtherSharesIsAskedOnceAndMustThenKeepToIt() throws Exception {
        client.start();
        ClientHello complete = ClientHello.decode(fromClient.messages.poll());
        byte[] keyShare = complete.extensions().get(Extensions.KEY_SHARE);
        complete.extensions().put(Extensions.KEY_SHARE, new byte[2]);
        byte[] without = complete.encode();
        server.receive(without);
        assertThat(ServerHello.decode(fromServer.messages.poll()).isRetry()).isTrue();
        assertThat(fromServer.messages).isEmpty();

        Handshake second = server("a");
        second.receive(without);
        fromServer.messages.clear();
        assertThatThrownBy(() -> second.receive(without)).hasMessageContaining("does not follow from the first");

        Handshake third = server("a");
        third.receive(without);
        fromServer.messages.clear();
        complete.extensions().put(Extensions.KEY_SHARE, keyShare);
        byte[] another = new ClientHello(new byte[32], new byte[0], complete.suites(), complete.extensions()).encode();
        assertThatThrownBy(() -> third.receive(another)).hasMessageContaining("does not follow from the first");
    }

    @Test
    void afterARetryTheFirstHelloCountsByItsHash() throws Exception {
        byte[] privateKey = Crypto.standard().x25519().generatePrivateKey(ENVIRONMENT::secureRandom);
        client.start();
        ClientHello hello = ClientHello.decode(fromClient.messages.poll());
        hello.extensions().put(Extensions.KEY_SHARE, new byte[2]);
        byte[] first = hello.encode();
        server.receive(first);
        byte[] retry = fromServer.messages.poll();
        hello.extensions()
                .put(Extensions.KEY_SHARE, share(Crypto.standard().x25519().publicKey(privateKey)));
        byte[] second = hello.encode();
        server.receive(second);
        byte[] answer = fromServer.messages.poll();

        WireReader remote =
                new WireReader(ServerHello.decode(answer).extensions().get(Extensions.KEY_SHARE));
        remote.uint16();
        byte[] shared =
                Crypto.standard().x25519().agree(privateKey, remote.vector(2).rest());
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] hashOfFirst = digest.digest(first);
        digest.update(new byte[] {(byte) 254, 0, 0, 32});
        digest.update(hashOfFirst);
        digest.update(retry);
        digest.update(second);
        digest.update(answer);
        assertThat(fromServer.sending.get(HandshakeOutput.Level.HANDSHAKE))
                .isEqualTo(new KeySchedule().handshake(shared, digest.digest()).server());
    }
}
