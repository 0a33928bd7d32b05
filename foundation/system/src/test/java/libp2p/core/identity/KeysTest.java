package libp2p.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.Json;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    record Vector(String type, Map<String, Object> values) {
        byte[] hex(String name) {
            return HEX.parseHex(text(name));
        }

        String text(String name) {
            return (String) values.get(name);
        }

        @Override
        public String toString() {
            return type;
        }
    }

    static List<Vector> goVectors() {
        return Json.objects(Json.resource("/golden-go/keys.json")).stream()
                .map(values -> new Vector((String) values.get("type"), values))
                .toList();
    }

    static List<Vector> specVectors() {
        return Json.object(Json.object(Json.resource("/peer-id/spec_keys.json")).get("keys")).entrySet().stream()
                .map(entry -> new Vector(entry.getKey(), Json.object(entry.getValue())))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goVectors")
    void agreesWithGoOnKeysIdsAndSignatures(Vector vector) throws IOException {
        PrivateKey key = PrivateKey.fromProtobuf(vector.hex("private"));
        PublicKey publicKey = PublicKey.fromProtobuf(vector.hex("public"));
        assertThat(key.publicKey()).isEqualTo(publicKey).hasSameHashCodeAs(publicKey);
        assertThat(key.toProtobuf()).isEqualTo(vector.hex("private"));
        assertThat(publicKey.toProtobuf()).isEqualTo(vector.hex("public"));
        assertThat(publicKey.peerId()).hasToString(vector.text("peerId"));
        assertThat(publicKey.peerId().toCidString()).isEqualTo(vector.text("cid"));
        assertThat(publicKey.verify(vector.hex("message"), vector.hex("signature")))
                .isTrue();
        if (key.type() == KeyType.ED25519 || key.type() == KeyType.RSA) {
            assertThat(key.sign(vector.hex("message"))).isEqualTo(vector.hex("signature"));
        }
    }

    @ParameterizedTest
    @MethodSource("specVectors")
    void agreesWithTheSpecification(Vector vector) throws IOException {
        PrivateKey key = PrivateKey.fromProtobuf(vector.hex("private"));
        assertThat(key.toProtobuf()).isEqualTo(vector.hex("private"));
        assertThat(key.publicKey().toProtobuf()).isEqualTo(vector.hex("public"));
        assertThat(key.publicKey().peerId()).hasToString(vector.text("peerIdBase58"));
        assertThat(key.publicKey().peerId().toCidString()).isEqualTo(vector.text("peerIdCidV1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void agreesWithTheFixturesOfGo(int number) throws IOException {
        String name = "/crypto-keys/" + number;
        PrivateKey key = PrivateKey.fromProtobuf(Json.bytes(name + ".priv"));
        PublicKey publicKey = PublicKey.fromProtobuf(Json.bytes(name + ".pub"));
        byte[] message = "Libp2p is the _best_!".getBytes(StandardCharsets.UTF_8);
        assertThat(key.publicKey()).isEqualTo(publicKey);
        assertThat(key.type().code()).isEqualTo(number);
        assertThat(publicKey.verify(message, Json.bytes(name + ".sig"))).isTrue();
        assertThat(key.sign(message)).isEqualTo(Json.bytes(name + ".sig"));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aFreshKeySignsWhatItsPublicKeyVerifies(KeyType type) throws IOException {
        PrivateKey key = PrivateKey.generate(type, ENVIRONMENT);
        byte[] message = {1, 2, 3};
        byte[] signature = key.sign(message);
        assertThat(key.publicKey().verify(message, signature)).isTrue();
        assertThat(key.publicKey().verify(new byte[] {1, 2, 4}, signature)).isFalse();
        assertThat(key.publicKey().verify(message, Arrays.copyOf(signature, signature.length - 1)))
                .isFalse();
        assertThat(key.publicKey().verify(message, new byte[IdentityLimits.SIGNATURE_BYTES + 1]))
                .isFalse();
        PrivateKey again = PrivateKey.fromProtobuf(key.toProtobuf());
        assertThat(again.publicKey()).isEqualTo(key.publicKey());
        assertThat(again.sign(message)).isEqualTo(signature);
        assertThat(PublicKey.of(type, key.publicKey().data())).isEqualTo(key.publicKey());
    }

    @Test
    void secp256k1SignaturesHaveTheLowS() {
        BigInteger half =
                new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).shiftRight(1);
        PrivateKey key = PrivateKey.generate(KeyType.SECP256K1, ENVIRONMENT);
        for (int i = 0; i < 40; i++) {
            byte[] der = key.sign(new byte[] {(byte) i});
            int sAt = 4 + der[3] + 2;
            assertThat(new BigInteger(1, Arrays.copyOfRange(der, sAt, der.length)))
                    .isLessThanOrEqualTo(half);
        }
    }

    @Test
    void readsTheOldFormOfEd25519KeysIfTheyAreConsistent() throws IOException {
        byte[] current = goVectors().getFirst().hex("private");
        byte[] data = Arrays.copyOfRange(current, 4, 68);
        byte[] old = Arrays.copyOf(data, 96);
        System.arraycopy(data, 32, old, 64, 32);
        assertThat(PrivateKey.fromProtobuf(message(1, old)).toProtobuf()).isEqualTo(current);
        for (int at : new int[] {0, 40, 70}) {
            byte[] wrong = old.clone();
            wrong[at] ^= 1;
            assertThatThrownBy(() -> PrivateKey.fromProtobuf(message(1, wrong)))
                    .isInstanceOf(MalformedKeyException.class)
                    .hasMessageContaining("not its own");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 32, 33, 63, 65, 95, 97})
    void refusesEd25519KeysOfOtherSizes(int length) {
        assertThatThrownBy(() -> PrivateKey.fromProtobuf(message(1, new byte[length])))
                .isInstanceOf(MalformedKeyException.class);
        if (length != 32) {
            assertThatThrownBy(() -> PublicKey.fromProtobuf(message(1, new byte[length])))
                    .isInstanceOf(MalformedKeyException.class);
        }
    }

    @Test
    void refusesSecp256k1KeysOutOfRange() {
        byte[] order = HEX.parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        assertThatThrownBy(() -> PrivateKey.fromProtobuf(message(2, new byte[32])))
                .isInstanceOf(MalformedKeyException.class);
        assertThatThrownBy(() -> PrivateKey.fromProtobuf(message(2, order))).isInstanceOf(MalformedKeyException.class);
        byte[] offCurve = new byte[33];
        offCurve[0] = 2;
        offCurve[32] = 5;
        assertThatThrownBy(() -> PublicKey.fromProtobuf(message(2, offCurve)))
                .isInstanceOf(MalformedKeyException.class);
    }

    @Test
    void refusesRsaKeysThatAreTooSmallOrTooLarge() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        byte[] small = generator.generateKeyPair().getPublic().getEncoded();
        assertThatThrownBy(() -> PublicKey.fromProtobuf(message(0, small))).isInstanceOf(MalformedKeyException.class);
        BigInteger modulus = BigInteger.ONE.shiftLeft(16383).setBit(0);
        byte[] large = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)))
                .getEncoded();
        assertThatThrownBy(() -> PublicKey.fromProtobuf(message(0, large))).isInstanceOf(MalformedKeyException.class);
        assertThatThrownBy(() -> PublicKey.of(KeyType.RSA, large)).isInstanceOf(MalformedKeyException.class);
        BigInteger above = BigInteger.ONE.shiftLeft(8192).setBit(0);
        byte[] slightlyLarge = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(above, BigInteger.valueOf(65537)))
                .getEncoded();
        assertThatThrownBy(() -> PublicKey.fromProtobuf(message(0, slightlyLarge)))
                .isInstanceOf(MalformedKeyException.class);
    }

    @Test
    void takesTheLargestRsaKey() throws Exception {
        BigInteger modulus = BigInteger.ONE.shiftLeft(8191).setBit(0);
        byte[] data = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)))
                .getEncoded();
        PublicKey key = PublicKey.fromProtobuf(message(0, data));
        assertThat(key.toProtobuf()).hasSizeLessThanOrEqualTo(IdentityLimits.PUBLIC_KEY_BYTES);
        assertThat(key.verify(new byte[1], new byte[1024])).isFalse();
    }

    @Test
    void refusesEveryEncodingButTheCanonicalOne() {
        byte[] data = new byte[32];
        data[0] = 9;
        byte[] canonical = message(1, data);
        assertThat(canonical).hasSize(36);
        List<byte[]> others = List.of(
                new ProtobufWriter().bytes(2, data).uint64(1, 1).toByteArray(),
                new ProtobufWriter().bytes(2, data).toByteArray(),
                new ProtobufWriter().uint64(1, 1).toByteArray(),
                new ProtobufWriter().uint64(1, 1).bytes(2, data).uint64(3, 1).toByteArray(),
                new ProtobufWriter().uint64(1, 0).uint64(1, 1).bytes(2, data).toByteArray(),
                HEX.parseHex("08810012" + "20" + HEX.formatHex(data)),
                message(4, data),
                message(-1, data),
                Arrays.copyOf(canonical, 35),
                new byte[0]);
        for (byte[] other : others) {
            assertThatThrownBy(() -> PublicKey.fromProtobuf(other)).isInstanceOf(MalformedKeyException.class);
        }
    }

    @Test
    void neverShowsThePrivateKey() throws IOException {
        for (Vector vector : goVectors()) {
            PrivateKey key = PrivateKey.fromProtobuf(vector.hex("private"));
            assertThat(key).hasToString("PrivateKey[" + key.type() + ", " + vector.text("peerId") + "]");
            assertThat(Identity.of(key)).hasToString("Identity[" + key.type() + ", " + vector.text("peerId") + "]");
        }
    }

    @Test
    void aClosedKeyDoesNothingMore() {
        PrivateKey key = PrivateKey.generate(KeyType.ED25519, ENVIRONMENT);
        key.close();
        key.close();
        assertThatThrownBy(() -> key.sign(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(key::toProtobuf).isInstanceOf(IllegalStateException.class);
        assertThat(key.publicKey().peerId()).isNotNull();
    }

    @Test
    void anIdentityNeedsItsOwnPeerId() {
        PeerId other = Identity.generate(ENVIRONMENT).peerId();
        PrivateKey key = PrivateKey.generate(KeyType.ED25519, ENVIRONMENT);
        assertThatThrownBy(() -> new Identity(key, other)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyItsOwnExceptionComesOutOfHostilePublicKeys() {
        List<byte[]> corpus = goVectors().stream().map(v -> v.hex("public")).toList();
        Fuzz.run(11, 20_000, corpus, PublicKey::fromProtobuf, MalformedKeyException.class);
    }

    @Test
    void onlyItsOwnExceptionComesOutOfHostilePrivateKeys() {
        List<byte[]> corpus = goVectors().stream().map(v -> v.hex("private")).toList();
        Fuzz.run(13, 2_000, corpus, PrivateKey::fromProtobuf, MalformedKeyException.class);
    }

    @Test
    void noExceptionComesOutOfHostileSignatures() throws IOException {
        for (Vector vector : goVectors()) {
            PublicKey key = PublicKey.fromProtobuf(vector.hex("public"));
            byte[] valid = vector.hex("signature");
            Fuzz.run(17, 300, List.of(valid), signature -> {
                boolean holds = key.verify(vector.hex("message"), signature);
                if (key.type() == KeyType.ED25519 || key.type() == KeyType.RSA) {
                    assertThat(holds).isEqualTo(Arrays.equals(signature, valid));
                }
            });
        }
    }

    private static byte[] message(long type, byte[] data) {
        return new ProtobufWriter().uint64(1, type).bytes(2, data).toByteArray();
    }

    @Test
    void aKeyThatArrivesWithASignatureIsTheSameAsOneThatIsCheckedFirst() throws Exception {
        byte[] message = "a message".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (KeyType type : KeyType.values()) {
            Identity identity = Identity.generate(type, libp2p.system.SystemEnvironment.shared());
            byte[] encoded = identity.publicKey().toProtobuf();
            byte[] signature = identity.key().sign(message);
            assertThat(PublicKey.fromProtobuf(encoded, message, signature)).isEqualTo(identity.publicKey());
            signature[signature.length - 1] ^= 1;
            assertThat(PublicKey.fromProtobuf(encoded, message, signature)).isNull();
        }
    }

    @Test
    void aKeyThatIsNoPointIsMalformedWhateverSignatureArrivesWithIt() {
        byte[] noPoint = new byte[32];
        noPoint[0] = 2; // y = 2 is on no point of the curve
        byte[] encoded = new byte[36];
        System.arraycopy(new byte[] {8, 1, 18, 32}, 0, encoded, 0, 4);
        System.arraycopy(noPoint, 0, encoded, 4, 32);
        assertThatThrownBy(() -> PublicKey.fromProtobuf(encoded)).hasMessageContaining("not a point of the curve");
        assertThatThrownBy(() -> PublicKey.fromProtobuf(encoded, new byte[1], new byte[64]))
                .isInstanceOf(MalformedKeyException.class)
                .hasMessageContaining("not a point of the curve");
    }
}
