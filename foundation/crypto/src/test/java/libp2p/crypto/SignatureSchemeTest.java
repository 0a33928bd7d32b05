package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import libp2p.crypto.algorithm.RandomSource;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signature schemes on every engine, against keys and signatures made by go-libp2p and against each other. */
class SignatureSchemeTest {
    private final Random random = new Random(11);
    private final RandomSource source = random::nextBytes;

    /** One scheme of one engine. */
    record Case(Engine engine, Primitive primitive) {
        SignatureScheme scheme() {
            return SignatureSchemeTest.scheme(Engines.only(engine, primitive), primitive);
        }
    }

    static Stream<Case> cases() {
        return Stream.of(Primitive.ED25519, Primitive.SECP256K1, Primitive.ECDSA_P256, Primitive.RSA)
                .flatMap(primitive -> primitive.defaultOrder().stream().map(engine -> new Case(engine, primitive)));
    }

    private static SignatureScheme scheme(Crypto crypto, Primitive primitive) {
        return switch (primitive) {
            case ED25519 -> crypto.ed25519();
            case SECP256K1 -> crypto.secp256k1();
            case ECDSA_P256 -> crypto.ecdsaP256();
            case RSA -> crypto.rsa();
            default -> throw new IllegalArgumentException(primitive.label());
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsKeysAndSignaturesOfGo(Case testCase) throws Exception {
        SignatureScheme scheme = testCase.scheme();
        int run = 0;
        for (Json.Node vector : Json.array("/golden-go/keys.json")) {
            if (primitive(vector.text("type")) == testCase.primitive()) {
                byte[] publicKey = keyData(vector.hex("public"));
                byte[] privateKey = keyData(vector.hex("private"));
                if (testCase.primitive() == Primitive.ED25519) {
                    privateKey = Arrays.copyOf(privateKey, 32);
                }
                byte[] message = vector.hex("message");
                scheme.checkPublicKey(publicKey);
                assertThat(scheme.verify(publicKey, message, vector.hex("signature")))
                        .isTrue();
                try (Signer signer = scheme.signer(privateKey)) {
                    assertThat(signer.publicKey()).isEqualTo(publicKey);
                    byte[] signature = signer.sign(message);
                    assertThat(scheme.verify(publicKey, message, signature)).isTrue();
                    if (testCase.primitive() == Primitive.ED25519 || testCase.primitive() == Primitive.RSA) {
                        assertThat(signature).isEqualTo(vector.hex("signature"));
                    }
                }
                run++;
            }
        }
        assertThat(run).isPositive();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void signsWhatEveryEngineVerifiesAndAlwaysTheSame(Case testCase) throws Exception {
        SignatureScheme scheme = testCase.scheme();
        for (int round = 0; round < 10; round++) {
            byte[] privateKey = privateKey(testCase);
            byte[] message = source.bytes(random.nextInt(300));
            try (Signer signer = scheme.signer(privateKey)) {
                byte[] signature = signer.sign(message);
                byte[] wrong = signature.clone();
                wrong[wrong.length - 1 - random.nextInt(20)] ^= 0x20;
                for (Engine engine : Engines.available(testCase.primitive())) {
                    SignatureScheme other = scheme(Engines.only(engine), testCase.primitive());
                    assertThat(other.verify(signer.publicKey(), message, signature))
                            .isTrue();
                    assertThat(other.verify(signer.publicKey(), message, wrong)).isFalse();
                    try (Signer same = other.signer(privateKey)) {
                        assertThat(same.sign(message)).isEqualTo(signature);
                        assertThat(same.publicKey()).isEqualTo(signer.publicKey());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void generatesTheSameKeyFromTheSameRandomness(Case testCase) {
        assumeTrue(
                testCase.primitive() != Primitive.RSA || testCase.engine() == Engine.JDK, "one engine makes RSA keys");
        SignatureScheme scheme = testCase.scheme();
        assertThat(scheme.generatePrivateKey(new Random(3)::nextBytes))
                .isEqualTo(scheme.generatePrivateKey(new Random(3)::nextBytes))
                .isNotEqualTo(scheme.generatePrivateKey(new Random(4)::nextBytes));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesMutatedKeysWithoutFailingOtherwise(Case testCase) throws Exception {
        SignatureScheme scheme = testCase.scheme();
        byte[] privateKey = privateKey(testCase);
        byte[] message = source.bytes(10);
        byte[] publicKey;
        byte[] signature;
        try (Signer signer = scheme.signer(privateKey)) {
            publicKey = signer.publicKey();
            signature = signer.sign(message);
        }
        for (int round = 0; round < 200; round++) {
            byte[] key = mutated(publicKey);
            byte[] claim = mutated(signature);
            assertThat(scheme.verify(key, message, signature)).isEqualTo(Arrays.equals(key, publicKey));
            assertThat(scheme.verify(publicKey, message, claim)).isEqualTo(Arrays.equals(claim, signature));
            try {
                scheme.signer(mutated(privateKey)).close();
            } catch (InvalidKeyException malformed) {
                assertThat(malformed).hasMessageNotContaining("null");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aClosedSignerThrows(Case testCase) throws Exception {
        SignatureScheme scheme = testCase.scheme();
        Signer signer = scheme.signer(privateKey(testCase));
        signer.close();
        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void secp256k1SignaturesHaveTheLowerS() throws Exception {
        BigInteger half = new BigInteger("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 16);
        SignatureScheme scheme = Crypto.standard().secp256k1();
        for (int round = 0; round < 50; round++) {
            try (Signer signer = scheme.signer(scheme.generatePrivateKey(source))) {
                DerReader sequence = new DerReader(signer.sign(source.bytes(9))).enter(DerReader.SEQUENCE);
                sequence.unsigned();
                assertThat(sequence.unsigned()).isLessThanOrEqualTo(half);
            }
        }
    }

    @Test
    void secp256k1AndRsaReadTheTestDataOfGoLibp2p() throws Exception {
        byte[] message = "Libp2p is the _best_!".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int type : List.of(0, 2)) {
            SignatureScheme scheme =
                    type == 0 ? Crypto.standard().rsa() : Crypto.standard().secp256k1();
            byte[] publicKey = keyData(Json.bytes("/crypto-keys/" + type + ".pub"));
            assertThat(scheme.signer(keyData(Json.bytes("/crypto-keys/" + type + ".priv")))
                            .publicKey())
                    .isEqualTo(publicKey);
            assertThat(scheme.verify(publicKey, message, Json.bytes("/crypto-keys/" + type + ".sig")))
                    .isTrue();
        }
    }

    @Test
    void refusesRsaKeysOutsideTheAllowedSizes() {
        SignatureScheme rsa = Crypto.standard().rsa();
        BigInteger e = BigInteger.valueOf(65537);
        for (int bits : new int[] {512, 1024, 2047, 8193, 16384, 70000}) {
            byte[] key = RsaKeys.encodePublic(BigInteger.ONE.shiftLeft(bits - 1).setBit(0), e);
            assertThatThrownBy(() -> rsa.checkPublicKey(key))
                    .isInstanceOf(InvalidKeyException.class)
                    .hasMessageContaining(bits == 70000 ? "encoded" : bits + " bits");
            assertThat(rsa.verify(key, new byte[1], new byte[(bits + 7) / 8])).isFalse();
        }
        BigInteger n = BigInteger.ONE.shiftLeft(2047).setBit(0);
        for (BigInteger exponent : List.of(
                BigInteger.ONE,
                BigInteger.TWO,
                BigInteger.valueOf(65536),
                BigInteger.ONE.shiftLeft(31).setBit(0))) {
            assertThatThrownBy(() -> rsa.checkPublicKey(RsaKeys.encodePublic(n, exponent)))
                    .hasMessageContaining("exponent");
        }
        assertThatThrownBy(() -> rsa.checkPublicKey(RsaKeys.encodePublic(n.clearBit(0), e)))
                .hasMessageContaining("even");
    }

    @Test
    void refusesInconsistentRsaPrivateKeys() throws Exception {
        SignatureScheme rsa = Crypto.standard().rsa();
        byte[] key = keyData(Json.bytes("/crypto-keys/0.priv"));
        int refused = 0;
        for (int at = 300; at < key.length; at += 40) {
            byte[] wrong = key.clone();
            wrong[at] ^= 1;
            assertThatThrownBy(() -> rsa.signer(wrong)).isInstanceOf(InvalidKeyException.class);
            refused++;
        }
        assertThat(refused).isGreaterThan(15);
    }

    @Test
    void refusesNonCanonicalEd25519Keys() {
        SignatureScheme ed25519 = Crypto.standard().ed25519();
        byte[] prime = Hex.decode("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
        assertThatThrownBy(() -> ed25519.checkPublicKey(prime)).hasMessageContaining("canonical");
        prime[31] |= (byte) 0x80;
        assertThatThrownBy(() -> ed25519.checkPublicKey(prime)).hasMessageContaining("canonical");
    }

    /** A fresh key; for RSA one that exists, since making one takes seconds. */
    private byte[] privateKey(Case testCase) {
        return testCase.primitive() == Primitive.RSA
                ? keyData(Json.bytes("/crypto-keys/0.priv"))
                : testCase.scheme().generatePrivateKey(source);
    }

    private byte[] mutated(byte[] bytes) {
        byte[] copy = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[random.nextInt(Math.min(copy.length, 30))] = (byte) random.nextInt(256);
            case 2 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
            default -> copy = Arrays.copyOf(copy, copy.length + 1 + random.nextInt(5));
        }
        return copy;
    }

    private static Primitive primitive(String type) {
        return switch (type) {
            case "ed25519" -> Primitive.ED25519;
            case "secp256k1" -> Primitive.SECP256K1;
            case "ecdsa" -> Primitive.ECDSA_P256;
            default -> Primitive.RSA;
        };
    }

    /** The Data field of a key message whose fields are in order. */
    private static byte[] keyData(byte[] message) {
        int start = message[3] < 0 ? 5 : 4;
        return Arrays.copyOfRange(message, start, message.length);
    }

    /** BouncyCastle's own signer is the judge; curves and hashes differ in nothing else. */
    @ParameterizedTest
    @MethodSource("cases")
    void ecdsaSignaturesAreThoseOfRfc6979(Case testCase) throws Exception {
        boolean p256 = testCase.primitive() == Primitive.ECDSA_P256;
        assumeTrue(p256 || testCase.primitive() == Primitive.SECP256K1, "not of ECDSA");
        SignatureScheme scheme = testCase.scheme();
        X9ECParameters curve = CustomNamedCurves.getByName(p256 ? "secp256r1" : "secp256k1");
        ECDomainParameters domain = new ECDomainParameters(curve);
        EcCurve ours = p256 ? EcCurve.P256 : EcCurve.SECP256K1;
        EcCurve.KeyForm form = p256 ? new PkixKeyForm() : new RawKeyForm();
        for (int i = 0; i < 50; i++) {
            byte[] privateKey = scheme.generatePrivateKey(source);
            byte[] message = source.bytes(i);
            ECDSASigner judge = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
            BigInteger scalar = new BigInteger(1, form.decodePrivate(ours, privateKey));
            judge.init(true, new ECPrivateKeyParameters(scalar, domain));
            BigInteger[] rs = judge.generateSignature(
                    Engines.only(Engine.BOUNCY_CASTLE).sha256().hash(message));
            BigInteger low = ours.isLow(rs[1]) ? rs[1] : curve.getN().subtract(rs[1]);
            assertThat(scheme.signer(privateKey).sign(message))
                    .isEqualTo(DerWriter.sequence(DerWriter.integer(rs[0]), DerWriter.integer(low)));
        }
    }
}
