package libp2p.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PrivateKey;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.Json;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class SignedRecordsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Identity SIGNER = Identity.generate(SystemEnvironment.shared());
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    private static final byte[] TYPE = {7, 7};

    private static List<Map<String, Object>> vectors() {
        return Json.objects(Json.resource("/golden-go/signed_peer_records.json"));
    }

    private static byte[] envelope(Map<String, Object> vector) {
        return HEX.parseHex((String) vector.get("envelope"));
    }

    private static List<String> addresses(Map<String, Object> vector) {
        return ((List<?>) vector.get("addrs")).stream().map(String::valueOf).toList();
    }

    @Test
    void readsTheRecordsOfGo() throws IOException {
        for (var vector : vectors()) {
            if (!vector.containsKey("invalid")) {
                SignedEnvelope envelope = SignedEnvelope.fromBytes(envelope(vector));
                PeerRecord record = PeerRecord.open(envelope);
                assertThat(record.peerId()).hasToString((String) vector.get("peerId"));
                assertThat(record.sequence()).isEqualTo(vector.get("seq"));
                assertThat(record.addresses()).map(Multiaddr::toString).isEqualTo(addresses(vector));
                assertThat(envelope.toBytes()).isEqualTo(envelope(vector));
            }
        }
    }

    @Test
    void refusesTheInvalidRecordsOfGo() throws IOException {
        int count = 0;
        for (var vector : vectors()) {
            if (vector.containsKey("invalid")) {
                count++;
                SignedEnvelope envelope = SignedEnvelope.fromBytes(envelope(vector));
                String complaint = vector.get("invalid").equals("signature changed") ? "signature" : "signed by";
                assertThatThrownBy(() -> PeerRecord.open(envelope))
                        .isInstanceOf(InvalidRecordException.class)
                        .hasMessageContaining(complaint);
            }
        }
        assertThat(count).isEqualTo(8);
    }

    @Test
    void writesTheRecordsOfGo() throws IOException {
        var keys = Json.objects(Json.resource("/golden-go/keys.json"));
        int count = 0;
        for (var vector : vectors()) {
            for (var key : keys) {
                boolean deterministic = !key.get("type").equals("ecdsa"); // go signs ECDSA with random nonces
                if (!vector.containsKey("invalid")
                        && deterministic
                        && key.get("peerId").equals(vector.get("peerId"))) {
                    count++;
                    Identity identity = Identity.of(PrivateKey.fromProtobuf(HEX.parseHex((String) key.get("private"))));
                    List<Multiaddr> addresses =
                            addresses(vector).stream().map(Multiaddr::parse).toList();
                    SignedEnvelope ours = PeerRecord.seal(identity, (Long) vector.get("seq"), addresses);
                    assertThat(HEX.formatHex(ours.toBytes())).isEqualTo(vector.get("envelope"));
                }
            }
        }
        assertThat(count).isEqualTo(3);
    }

    @Test
    void readsWhatItWrites() throws IOException {
        SignedEnvelope envelope = PeerRecord.seal(SIGNER, -1, List.of(ADDRESS));
        SignedEnvelope received = SignedEnvelope.fromBytes(envelope.toBytes());
        assertThat(received).isEqualTo(envelope).hasSameHashCodeAs(envelope);
        assertThat(PeerRecord.open(received)).isEqualTo(new PeerRecord(SIGNER.peerId(), -1, List.of(ADDRESS)));
        SignedEnvelope empty =
                SignedEnvelope.fromBytes(PeerRecord.seal(SIGNER, 0, List.of()).toBytes());
        assertThat(PeerRecord.open(empty)).isEqualTo(new PeerRecord(SIGNER.peerId(), 0, List.of()));
    }

    @Test
    void readsTheFormInWhichTheRfcStands() throws IOException {
        SignedEnvelope envelope = SignedEnvelope.seal(
                SIGNER, "libp2p-routing-state", utf8("/libp2p/routing-state-record"), record(SIGNER, 1));
        assertThat(PeerRecord.open(SignedEnvelope.fromBytes(envelope.toBytes())).addresses())
                .containsExactly(ADDRESS);
    }

    @Test
    void refusesTheDomainOfOneFormWithTheTypeOfTheOther() throws IOException {
        byte[] record = record(SIGNER, 1);
        SignedEnvelope mixed = SignedEnvelope.seal(SIGNER, "libp2p-routing-state", new byte[] {3, 1}, record);
        assertInvalid(mixed);
        assertInvalid(SignedEnvelope.seal(SIGNER, "libp2p-peer-record", utf8("/libp2p/routing-state-record"), record));
    }

    @Test
    void refusesARecordAboutAnotherPeerInBothForms() throws IOException {
        Identity victim = Identity.generate(SystemEnvironment.shared());
        byte[] record = record(victim, 1);
        assertInvalid(SignedEnvelope.seal(SIGNER, "libp2p-peer-record", new byte[] {3, 1}, record));
        assertInvalid(
                SignedEnvelope.seal(SIGNER, "libp2p-routing-state", utf8("/libp2p/routing-state-record"), record));
    }

    @Test
    void opensOnlyWithTheDomainAndTypeThatWereSigned() throws IOException {
        SignedEnvelope sealed = SignedEnvelope.seal(SIGNER, "domain", TYPE, new byte[] {1});
        SignedEnvelope envelope = SignedEnvelope.fromBytes(sealed.toBytes());
        assertThat(envelope.open("domain", TYPE)).containsExactly(1);
        assertThat(envelope.open("domain", TYPE)).containsExactly(1);
        for (SignedEnvelope each : List.of(sealed, envelope)) {
            assertThatThrownBy(() -> each.open("other", TYPE)).isInstanceOf(InvalidRecordException.class);
            assertThatThrownBy(() -> each.open("domain", new byte[] {7}))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageContaining("0707");
        }
    }

    @Test
    void theBoundariesOfTheSignedPartsCannotBeMoved() throws IOException {
        SignedEnvelope envelope = SignedEnvelope.seal(SIGNER, "domain", new byte[] {1, 2}, new byte[] {3});
        SignedEnvelope moved = SignedEnvelope.fromBytes(new ProtobufWriter()
                .bytes(1, SIGNER.publicKey().toProtobuf())
                .bytes(2, new byte[] {1})
                .bytes(3, new byte[] {2, 3})
                .bytes(5, signature(envelope))
                .toByteArray());
        assertThatThrownBy(() -> moved.open("domain", new byte[] {1})).isInstanceOf(InvalidRecordException.class);
    }

    @Test
    void leavesOutAddressesThatItDoesNotKnow() throws IOException {
        byte[] record = new ProtobufWriter()
                .bytes(1, SIGNER.peerId().toBytes())
                .message(3, info -> info.bytes(1, new byte[] {(byte) 0xff, (byte) 0xff, 3, 1}))
                .message(3, info -> info.bytes(1, ADDRESS.toBytes()).uint64(9, 1))
                .message(3, info -> info.bytes(1, new byte[2000]))
                .message(3, info -> {})
                .toByteArray();
        assertThat(PeerRecord.open(peerRecord(record)).addresses()).containsExactly(ADDRESS);
    }

    @Test
    void countsAddressesBeforeItReadsThem() throws IOException {
        ProtobufWriter many = new ProtobufWriter().bytes(1, SIGNER.peerId().toBytes());
        for (int i = 0; i <= RecordLimits.RECORD_ADDRESSES; i++) {
            many.message(3, info -> info.bytes(1, ADDRESS.toBytes()));
        }
        assertThatThrownBy(() -> PeerRecord.open(peerRecord(many.toByteArray())))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("more addresses than the limit of 128");
        ProtobufWriter empty = new ProtobufWriter().bytes(1, SIGNER.peerId().toBytes());
        for (int i = 0; i < 3000; i++) {
            empty.message(3, info -> {});
        }
        assertThatThrownBy(() -> PeerRecord.open(peerRecord(empty.toByteArray())))
                .isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesToWriteWhatNoReaderWouldTake() {
        assertThatThrownBy(() -> PeerRecord.seal(SIGNER, 1, Collections.nCopies(129, ADDRESS)))
                .isInstanceOf(IllegalArgumentException.class);
        Multiaddr wide = Multiaddr.parse("/dns4/" + "a".repeat(60) + "." + "b".repeat(60) + ".example/tcp/1");
        assertThatThrownBy(() -> PeerRecord.seal(SIGNER, 1, Collections.nCopies(100, wide)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignedEnvelope.seal(SIGNER, "", TYPE, TYPE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignedEnvelope.seal(SIGNER, "d", new byte[257], TYPE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEnvelopesThatAreTooLongOrIncomplete() {
        assertThatThrownBy(() -> SignedEnvelope.fromBytes(new byte[RecordLimits.ENVELOPE_BYTES + 1]))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("8193");
        assertThatThrownBy(() -> SignedEnvelope.fromBytes(new byte[0]))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("no public key");
        byte[] noId = new ProtobufWriter().uint64(2, 1).toByteArray();
        assertThatThrownBy(() -> PeerRecord.open(peerRecord(noId))).isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesAHugeRsaKeyBeforeItsSignatureIsChecked() throws Exception {
        BigInteger modulus = BigInteger.ONE.shiftLeft(8192).setBit(0);
        byte[] key = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)))
                .getEncoded();
        byte[] envelope = new ProtobufWriter()
                .bytes(1, new ProtobufWriter().uint64(1, 0).bytes(2, key).toByteArray())
                .bytes(2, TYPE)
                .bytes(3, record(SIGNER, 1))
                .bytes(5, new byte[1024])
                .toByteArray();
        assertThatThrownBy(() -> SignedEnvelope.fromBytes(envelope))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("RSA key of 8193 bits, allowed 2048..8192");
    }

    @Test
    void comparesSequencesUnsigned() {
        PeerRecord low = new PeerRecord(SIGNER.peerId(), 1, List.of());
        PeerRecord high = new PeerRecord(SIGNER.peerId(), -1, List.of());
        assertThat(high.isNewerThan(low)).isTrue();
        assertThat(low.isNewerThan(high)).isFalse();
        assertThat(low.isNewerThan(low)).isFalse();
    }

    @Test
    void onlyDeclaredExceptionsComeOutOfHostileEnvelopes() {
        List<byte[]> corpus =
                vectors().stream().map(SignedRecordsTest::envelope).toList();
        Fuzz.run(29, 5_000, corpus, bytes -> PeerRecord.open(SignedEnvelope.fromBytes(bytes)), IOException.class);
    }

    @Test
    void onlyDeclaredExceptionsComeOutOfHostileRecordsThatAreSigned() {
        Fuzz.run(31, 5_000, List.of(record(SIGNER, 1)), bytes -> PeerRecord.open(peerRecord(bytes)), IOException.class);
    }

    private static void assertInvalid(SignedEnvelope envelope) throws IOException {
        SignedEnvelope received = SignedEnvelope.fromBytes(envelope.toBytes());
        assertThatThrownBy(() -> PeerRecord.open(received)).isInstanceOf(InvalidRecordException.class);
    }

    private static SignedEnvelope peerRecord(byte[] record) {
        return SignedEnvelope.seal(SIGNER, "libp2p-peer-record", new byte[] {3, 1}, record);
    }

    private static byte[] record(Identity about, long sequence) {
        return new ProtobufWriter()
                .bytes(1, about.peerId().toBytes())
                .uint64(2, sequence)
                .message(3, info -> info.bytes(1, ADDRESS.toBytes()))
                .toByteArray();
    }

    private static byte[] signature(SignedEnvelope envelope) {
        byte[] bytes = envelope.toBytes();
        return java.util.Arrays.copyOfRange(bytes, bytes.length - 64, bytes.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
