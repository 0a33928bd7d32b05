package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.DerReader.DerException;
import libp2p.crypto.algorithm.AeadAlgorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Wycheproof vectors against every engine. Each test also counts, so that an empty file cannot pass. */
class WycheproofTest {
    @ParameterizedTest
    @EnumSource
    void chacha20Poly1305(Engine engine) throws Exception {
        Crypto crypto = Engines.only(engine, Primitive.CHACHA20_POLY1305);
        int run = 0;
        for (Json.Node group : groups("chacha20_poly1305_test")) {
            for (Json.Node test : group.nodes("tests")) {
                run += aead(crypto.chacha20Poly1305(), test);
            }
        }
        assertThat(run).isEqualTo(325);
    }

    @ParameterizedTest
    @EnumSource
    void aesGcm(Engine engine) throws Exception {
        Crypto crypto = Engines.only(engine, Primitive.AES_GCM);
        int run = 0;
        for (Json.Node group : groups("aes_gcm_test")) {
            boolean standard = group.number("ivSize") == 96 && group.number("tagSize") == 128;
            if (standard && group.number("keySize") != 192) {
                AeadAlgorithm algorithm =
                        group.number("keySize") == 128 ? AeadAlgorithm.AES_128_GCM : AeadAlgorithm.AES_256_GCM;
                for (Json.Node test : group.nodes("tests")) {
                    run += aead(crypto.aead(algorithm), test);
                }
            }
        }
        assertThat(run).isEqualTo(133);
    }

    private static int aead(Aead aead, Json.Node test) throws AEADBadTagException {
        byte[] nonce = test.hex("iv");
        byte[] aad = test.hex("aad");
        byte[] message = test.hex("msg");
        byte[] sealed = concat(test.hex("ct"), test.hex("tag"));
        boolean valid = test.text("result").equals("valid");
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(sealed.length) : ByteBuffer.allocate(sealed.length);
            try (AeadSealer sealer = aead.sealer(test.hex("key"));
                    AeadOpener opener = aead.opener(test.hex("key"))) {
                buffer.put(0, sealed);
                if (nonce.length != 12) {
                    assertThatThrownBy(() -> opener.open(nonce, aad, buffer, 0, sealed.length))
                            .isInstanceOf(IllegalArgumentException.class);
                } else if (valid) {
                    assertThat(opener.open(nonce, aad, buffer, 0, sealed.length))
                            .isEqualTo(message.length);
                    assertThat(content(buffer, message.length)).isEqualTo(message);
                    sealer.seal(nonce, aad, buffer, 0, message.length);
                    assertThat(content(buffer, sealed.length)).isEqualTo(sealed);
                } else {
                    assertThatThrownBy(() -> opener.open(nonce, aad, buffer, 0, sealed.length))
                            .isInstanceOf(AEADBadTagException.class);
                    assertThat(content(buffer, message.length)).isEqualTo(new byte[message.length]);
                }
            }
        }
        return 1;
    }

    @ParameterizedTest
    @EnumSource
    void x25519(Engine engine) throws Exception {
        X25519 x25519 = Engines.only(engine, Primitive.X25519).x25519();
        int zero = 0;
        int good = 0;
        for (Json.Node group : groups("x25519_test")) {
            for (Json.Node test : group.nodes("tests")) {
                if (test.text("flags").contains("ZeroSharedSecret")) {
                    assertThatThrownBy(() -> x25519.agree(test.hex("private"), test.hex("public")))
                            .isInstanceOf(InvalidKeyException.class);
                    zero++;
                } else {
                    assertThat(x25519.agree(test.hex("private"), test.hex("public")))
                            .as(test.text("comment"))
                            .isEqualTo(test.hex("shared"));
                    good++;
                }
            }
        }
        assertThat(List.of(zero, good)).isEqualTo(List.of(31, 487));
    }

    @ParameterizedTest
    @EnumSource
    void ed25519(Engine engine) {
        SignatureScheme scheme = Engines.only(engine, Primitive.ED25519_VERIFY).ed25519();
        List<String> wrong = new ArrayList<>();
        int run = 0;
        for (Json.Node group : groups("ed25519_test")) {
            byte[] publicKey = group.node("publicKey").hex("pk");
            run += signatures(scheme, publicKey, group, wrong);
        }
        assertThat(wrong).isEmpty();
        assertThat(run).isEqualTo(151);
    }

    @ParameterizedTest
    @EnumSource
    void ecdsaP256(Engine engine) {
        SignatureScheme scheme = Engines.only(engine, Primitive.ECDSA_P256).ecdsaP256();
        List<String> wrong = new ArrayList<>();
        int run = 0;
        for (Json.Node group : groups("ecdsa_secp256r1_sha256_test")) {
            run += signatures(scheme, group.hex("publicKeyDer"), group, wrong);
        }
        assertThat(wrong).isEmpty();
        assertThat(run).isEqualTo(484);
    }

    @ParameterizedTest
    @EnumSource
    void secp256k1(Engine engine) {
        SignatureScheme scheme = Engines.only(engine, Primitive.SECP256K1).secp256k1();
        List<String> wrong = new ArrayList<>();
        int run = 0;
        for (Json.Node group : groups("ecdsa_secp256k1_sha256_test")) {
            byte[] point = group.node("publicKey").hex("uncompressed");
            byte[] publicKey = Arrays.copyOf(point, 33);
            publicKey[0] = (byte) (2 + (point[64] & 1));
            run += signatures(scheme, publicKey, group, wrong, WycheproofTest::isLow);
        }
        assertThat(wrong).isEmpty();
        assertThat(run).isEqualTo(476);
    }

    @ParameterizedTest
    @EnumSource
    void rsa(Engine engine) {
        SignatureScheme scheme = Engines.only(engine, Primitive.RSA).rsa();
        List<String> wrong = new ArrayList<>();
        int run = 0;
        for (Json.Node group : groups("rsa_signature_2048_sha256_test")) {
            run += signatures(scheme, group.hex("publicKeyDer"), group, wrong);
        }
        assertThat(wrong).isEmpty();
        assertThat(run).isEqualTo(259);
    }

    /** "Acceptable" signatures lack the NULL of the algorithm identifier: we refuse them, as RFC 8017 asks. */
    private static int signatures(SignatureScheme scheme, byte[] publicKey, Json.Node group, List<String> wrong) {
        return signatures(scheme, publicKey, group, wrong, signature -> true);
    }

    /** Of two signatures that hold only that with the lower s is taken, as libsecp256k1 does. */
    private static boolean isLow(byte[] signature) {
        BigInteger order = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        try {
            DerReader numbers = new DerReader(signature).enter(DerReader.SEQUENCE);
            numbers.unsigned();
            return numbers.unsigned().compareTo(order.shiftRight(1)) <= 0;
        } catch (DerException malformed) {
            return false;
        }
    }

    private static int signatures(
            SignatureScheme scheme, byte[] publicKey, Json.Node group, List<String> wrong, Predicate<byte[]> among) {
        int run = 0;
        for (Json.Node test : group.nodes("tests")) {
            boolean valid = test.text("result").equals("valid") && among.test(test.hex("sig"));
            if (scheme.verify(publicKey, test.hex("msg"), test.hex("sig")) != valid) {
                wrong.add(test.text("tcId") + " " + test.text("comment") + " " + test.text("flags"));
            }
            run++;
        }
        return run;
    }

    @ParameterizedTest
    @EnumSource
    void hmac(Engine engine) {
        HmacSha256 hmac = Engines.only(engine, Primitive.SHA256).hmacSha256();
        int run = 0;
        for (Json.Node group : groups("hmac_sha256_test")) {
            for (Json.Node test : group.nodes("tests")) {
                byte[] code = Arrays.copyOf(hmac.mac(test.hex("key"), test.hex("msg")), group.number("tagSize") / 8);
                assertThat(ConstantTime.equal(code, test.hex("tag")))
                        .isEqualTo(test.text("result").equals("valid"));
                run++;
            }
        }
        assertThat(run).isEqualTo(174);
    }

    @ParameterizedTest
    @EnumSource
    void hkdf(Engine engine) {
        HkdfSha256 hkdf = Engines.only(engine, Primitive.SHA256).hkdfSha256();
        int run = 0;
        for (Json.Node group : groups("hkdf_sha256_test")) {
            for (Json.Node test : group.nodes("tests")) {
                byte[] ikm = test.hex("ikm");
                if (test.text("result").equals("valid")) {
                    assertThat(hkdf.derive(test.hex("salt"), ikm, test.hex("info"), test.number("size")))
                            .isEqualTo(test.hex("okm"));
                } else {
                    assertThatThrownBy(() -> hkdf.derive(test.hex("salt"), ikm, test.hex("info"), test.number("size")))
                            .isInstanceOf(IllegalArgumentException.class);
                }
                run++;
            }
        }
        assertThat(run).isEqualTo(86);
    }

    private static List<Json.Node> groups(String file) {
        return Json.object("/wycheproof/" + file + ".json").nodes("testGroups");
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] content(ByteBuffer buffer, int length) {
        byte[] content = new byte[length];
        buffer.get(0, content);
        return content;
    }
}
