package libp2p.secio;

import static libp2p.contracts.security.Handshakes.ENVIRONMENT;
import static libp2p.contracts.security.Handshakes.join;
import static libp2p.contracts.security.Handshakes.request;
import static libp2p.contracts.security.Handshakes.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import libp2p.contracts.Harness;
import libp2p.contracts.security.HandshakeLink;
import libp2p.contracts.security.Handshakes;
import libp2p.contracts.security.SecureChannelContract;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.security.records.RecordBuffers;
import org.junit.jupiter.api.Test;

@Harness("secio")
class SecioTest extends SecureChannelContract {
    private static final Identity ALICE = Identity.generate(ENVIRONMENT);
    private static final Identity BOB = Identity.generate(ENVIRONMENT);

    private final RecordBuffers buffers = RecordBuffers.create();

    @Override
    protected long heldBytes() {
        return buffers.outstandingBytes();
    }

    @Override
    protected SecurityProtocol channel(Identity identity) {
        return new Secio(identity, buffers);
    }

    /** A signature over random nonces by secp256k1 is of 68 to 72 bytes. */
    @Override
    protected KeyType bobKey() {
        return KeyType.RSA;
    }

    /** What the channel says of the first message of a remote. */
    private Throwable answerTo(byte[] message) throws Exception {
        HandshakeLink link = new HandshakeLink();
        link.a().write(ByteBuffer.wrap(message));
        link.a().shutdownOutput();
        return Handshakes.failure(start(() -> channel(ALICE).secure(link.b(), request(Role.RESPONDER, null))));
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(4 + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static ProtobufWriter proposal(int nonce) {
        return new ProtobufWriter()
                .bytes(1, new byte[nonce])
                .bytes(2, BOB.publicKey().toProtobuf());
    }

    /** Made with the key derivation of py-libp2p 0.8.1. */
    @Test
    void keysAreStretchedAsTheOthersDo() {
        byte[] secret = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        assertThat(KeyAgreement.stretch(secret))
                .asHexString()
                .isEqualToIgnoringCase(
                        "bef3e571301dc04a79ad4ab4310b90a480043e5a719b99aec95ba29a00234beba1999046d5c676ef6b53c490bca9643f14427b5e3cddd3c6acc3bf5bd9d23dd331b220b6a0b21dec2b5cd9a47711c674fc2945099583d472e25338bfc9fdfcfa7199762813727766");
    }

    @Test
    void aSharedCoordinateIsAnInteger() {
        assertThat(KeyAgreement.withoutLeadingZeros(new byte[] {0, 0, 1, 0})).containsExactly(1, 0);
        assertThat(KeyAgreement.withoutLeadingZeros(new byte[] {0, 0})).containsExactly(0);
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedByItsLength() throws Exception {
        assertThat(answerTo(new byte[] {0, 0, 0x20, 1}))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("8193 bytes, more than the limit of 8192");
        assertThat(answerTo(new byte[] {-1, -1, -1, -1})).hasMessageContaining("4294967295 bytes");
    }

    @Test
    void proposalsThatLackSomethingAreRefused() throws Exception {
        assertThat(answerTo(framed(new byte[0]))).hasMessageContaining("a nonce of 0 bytes, not 16");
        assertThat(answerTo(framed(proposal(15).toByteArray()))).hasMessageContaining("a nonce of 15 bytes");
        assertThat(answerTo(framed(proposal(16).toByteArray()))).hasMessageContaining("does not offer P-256");
        assertThat(answerTo(framed(proposal(16)
                        .bytes(3, "P-521,P-256".getBytes(StandardCharsets.US_ASCII))
                        .bytes(4, "AES-256,Blowfish".getBytes(StandardCharsets.US_ASCII))
                        .bytes(5, "SHA512,SHA256".getBytes(StandardCharsets.US_ASCII))
                        .toByteArray())))
                .hasMessageContaining("does not offer AES-128");
    }

    @Test
    void aProposalThatComesBackIsNotAnAnswer() throws Exception {
        HandshakeLink link = new HandshakeLink();
        var task = start(() -> channel(ALICE).secure(link.b(), request(Role.RESPONDER, null)));
        ByteBuffer proposal = ByteBuffer.allocate(16 << 10);
        while (proposal.position() < 4 || proposal.position() < 4 + proposal.getInt(0)) {
            link.a().read(proposal);
        }
        link.a().write(proposal.flip());
        assertThat(Handshakes.failure(task)).hasMessageContaining("the proposal of this side back");
    }

    /** The weakness of which the class warns. */
    @Test
    void aRecordThatIsLeftOutIsNotNoticed() throws Exception {
        SecioRecords sender = new SecioRecords(new byte[SecioRecords.KEYS], new byte[SecioRecords.KEYS]);
        SecioRecords receiver = new SecioRecords(new byte[SecioRecords.KEYS], new byte[SecioRecords.KEYS]);
        byte[] text = "the second record".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer record = ByteBuffer.allocate(256);
        sender.seal(record, sender.headerLength(), 30);
        record.put(sender.headerLength(), text);
        sender.seal(record, sender.headerLength(), text.length);
        int length = receiver.open(record, 0, receiver.recordLength(record, 0));
        byte[] opened = new byte[length];
        record.get(receiver.headerLength(), opened);
        assertThat(opened).hasSize(text.length).isNotEqualTo(text);
    }

    @Test
    void recordsOfOneSideAreNotTakenFromTheOther() throws Exception {
        HandshakeLink link = new HandshakeLink();
        Handshakes.Pair pair = join(link, channel(ALICE), channel(BOB));
        try (SecureConnection alice = pair.initiator().orThrow();
                SecureConnection bob = pair.responder().orThrow()) {
            alice.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            alice.flush();
            ByteBuffer read = bob.read();
            assertThat(read.remaining()).isEqualTo(3);
            assertThat(read.get(read.position())).isEqualTo((byte) 1);
        }
    }
}
