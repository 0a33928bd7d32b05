package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keys and nonce points with a component of small order, which only an attacker has. Implementations differ on them;
 * were two honest nodes to differ, an attacker could make one punish the other for relaying his message. Go's crypto
 * library, and so most of the network, accepts exactly if [S]B = R + [k]A holds without multiplying by the cofactor.
 */
class Ed25519MixedOrderTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    private static final BigInteger ROOT =
            BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

    private record Point(BigInteger x, BigInteger y) {
        static final Point ZERO = new Point(BigInteger.ZERO, BigInteger.ONE);

        Point plus(Point other) {
            BigInteger product = D.multiply(x)
                    .multiply(other.x)
                    .multiply(y)
                    .multiply(other.y)
                    .mod(P);
            BigInteger newX = x.multiply(other.y).add(y.multiply(other.x));
            BigInteger newY = y.multiply(other.y).add(x.multiply(other.x));
            return new Point(
                    newX.multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P),
                    newY.multiply(BigInteger.ONE.subtract(product).modInverse(P))
                            .mod(P));
        }

        Point times(BigInteger factor) {
            Point result = ZERO;
            for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
                result = result.plus(result);
                if (factor.testBit(bit)) {
                    result = result.plus(this);
                }
            }
            return result;
        }

        byte[] encode() {
            byte[] encoded = littleEndian(y);
            if (x.testBit(0)) {
                encoded[31] |= (byte) 0x80;
            }
            return encoded;
        }
    }

    /** A signature, and whether the equation holds. */
    private record Claim(byte[] publicKey, byte[] message, byte[] signature, boolean holds) {}

    private static final List<Claim> CLAIMS = claims();

    @ParameterizedTest
    @EnumSource
    void acceptsExactlyWhatHoldsWithoutTheCofactor(Engine engine) {
        SignatureScheme scheme = Engines.only(engine, Primitive.ED25519_VERIFY).ed25519();
        assertThat(CLAIMS).filteredOn(Claim::holds).hasSizeBetween(20, 100);
        assertThat(CLAIMS)
                .allMatch(
                        claim -> scheme.verify(claim.publicKey(), claim.message(), claim.signature()) == claim.holds());
    }

    @ParameterizedTest
    @EnumSource
    void refusesEncodingsThatAreNotCanonical(Engine engine) throws Exception {
        SignatureScheme scheme = Engines.only(engine, Primitive.ED25519_VERIFY).ed25519();
        byte[] neutral = Point.ZERO.encode();
        byte[] signature = Arrays.copyOf(neutral, 64);
        assertThat(scheme.verify(neutral, new byte[3], signature)).isTrue();
        for (String other : new String[] {
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        }) {
            assertThatThrownBy(() -> scheme.checkPublicKey(Hex.decode(other))).hasMessageContaining("canonical");
            assertThat(scheme.verify(Hex.decode(other), new byte[3], signature)).isFalse();
            byte[] nonCanonicalNonce = Arrays.copyOf(Hex.decode(other), 64);
            assertThat(scheme.verify(neutral, new byte[3], nonCanonicalNonce)).isFalse();
        }
    }

    /** The owner of such a key could be anybody: its signatures can be made without a secret. */
    @ParameterizedTest
    @EnumSource
    void keysOfSmallOrderAndThoseThatAreNoPointsAreNobodys(Engine engine) throws Exception {
        SignatureScheme scheme = Engines.only(engine, Primitive.ED25519_VERIFY).ed25519();
        Point point = Point.ZERO;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            byte[] key = point.encode();
            assertThatThrownBy(() -> scheme.checkPublicKey(key)).hasMessageContaining("small order");
            seen.add(Arrays.toString(key));
            point = point.plus(pointOfOrderEight());
        }
        assertThat(seen).hasSize(8);
        int points = 0;
        for (byte y = 2; y < 42; y++) {
            byte[] key = new byte[32];
            key[0] = y;
            BigInteger square = BigInteger.valueOf(y * y);
            BigInteger fraction = square.subtract(BigInteger.ONE)
                    .multiply(square.multiply(D).add(BigInteger.ONE).modInverse(P))
                    .mod(P);
            boolean isPoint = fraction.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
            if (isPoint) {
                scheme.checkPublicKey(key);
                points++;
            } else {
                assertThatThrownBy(() -> scheme.checkPublicKey(key)).hasMessageContaining("not a point");
            }
        }
        assertThat(points).isBetween(10, 30);
    }

    private static List<Claim> claims() {
        Random random = new Random(77);
        Point base = lift(BigInteger.valueOf(4)
                .multiply(BigInteger.valueOf(5).modInverse(P))
                .mod(P));
        base = base.x().testBit(0) ? new Point(P.subtract(base.x()), base.y()) : base;
        Point torsion = pointOfOrderEight();
        List<Claim> claims = new ArrayList<>();
        for (int round = 0; round < 120; round++) {
            BigInteger a = round % 4 == 3 ? BigInteger.ZERO : new BigInteger(60, random);
            BigInteger r = round % 5 == 4 ? BigInteger.ZERO : new BigInteger(60, random);
            Point shiftA = torsion.times(BigInteger.valueOf(random.nextInt(8)));
            Point shiftR = torsion.times(BigInteger.valueOf(round % 3 == 0 ? random.nextInt(8) : 0));
            byte[] publicKey = base.times(a).plus(shiftA).encode();
            byte[] nonce = base.times(r).plus(shiftR).encode();
            byte[] message = {(byte) round};
            BigInteger k = challenge(nonce, publicKey, message);
            byte[] signature = Arrays.copyOf(nonce, 64);
            System.arraycopy(littleEndian(k.multiply(a).add(r).mod(L)), 0, signature, 32, 32);
            boolean holds =
                    shiftA.times(k.mod(BigInteger.valueOf(8))).plus(shiftR).equals(Point.ZERO);
            claims.add(new Claim(publicKey, message, signature, holds));
        }
        return claims;
    }

    private static Point lift(BigInteger y) {
        BigInteger yy = y.multiply(y).mod(P);
        BigInteger square = yy.subtract(BigInteger.ONE)
                .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(square)) {
            x = x.multiply(ROOT).mod(P);
        }
        return x.multiply(x).mod(P).equals(square) ? new Point(x, y) : null;
    }

    private static Point pointOfOrderEight() {
        for (int y = 2; ; y++) {
            Point point = lift(BigInteger.valueOf(y));
            if (point != null) {
                Point torsion = point.times(L);
                if (!torsion.times(BigInteger.valueOf(4)).equals(Point.ZERO)) {
                    return torsion;
                }
            }
        }
    }

    private static BigInteger challenge(byte[] r, byte[] a, byte[] message) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(r);
            sha512.update(a);
            return new BigInteger(1, reversed(sha512.digest(message))).mod(L);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] littleEndian(BigInteger value) {
        byte[] out = new byte[32];
        EcCurve.writeFixed(value, out, 0);
        return reversed(out);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
