package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class X25519Test {
    private final Random random = new Random(5);

    @ParameterizedTest
    @EnumSource
    void agreesWithBouncyCastleOnRandomKeysAndPoints(Engine engine) throws Exception {
        X25519 x25519 =
                Engines.only(engine, Primitive.X25519, Primitive.X25519_PUBLIC).x25519();
        X25519 reference = Engines.only(Engine.BOUNCY_CASTLE).x25519();
        for (int round = 0; round < 300; round++) {
            byte[] privateKey = x25519.generatePrivateKey(random::nextBytes);
            byte[] anyPoint = new byte[32];
            random.nextBytes(anyPoint);
            assertThat(x25519.publicKey(privateKey)).isEqualTo(reference.publicKey(privateKey));
            assertThat(x25519.agree(privateKey, anyPoint)).isEqualTo(reference.agree(privateKey, anyPoint));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesGetTheSameSecret(Engine engine) throws Exception {
        X25519 x25519 =
                Engines.only(engine, Primitive.X25519, Primitive.X25519_PUBLIC).x25519();
        byte[] a = x25519.generatePrivateKey(random::nextBytes);
        byte[] b = x25519.generatePrivateKey(random::nextBytes);
        assertThat(x25519.agree(a, x25519.publicKey(b))).isEqualTo(x25519.agree(b, x25519.publicKey(a)));
    }

    @ParameterizedTest
    @EnumSource
    void refusesPointsOfSmallOrder(Engine engine) {
        X25519 x25519 = Engines.only(engine, Primitive.X25519).x25519();
        byte[] privateKey = x25519.generatePrivateKey(random::nextBytes);
        for (String point : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        }) {
            assertThatThrownBy(() -> x25519.agree(privateKey, Hex.decode(point)))
                    .isInstanceOf(InvalidKeyException.class);
        }
    }

    @Test
    void refusesWrongLengths() {
        X25519 x25519 = Crypto.standard().x25519();
        assertThatThrownBy(() -> x25519.agree(new byte[32], new byte[31])).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> x25519.agree(new byte[33], new byte[32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> x25519.publicKey(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
