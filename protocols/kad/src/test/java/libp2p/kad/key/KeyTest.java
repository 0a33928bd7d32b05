package libp2p.kad.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import libp2p.core.identity.PeerId;
import org.junit.jupiter.api.Test;

class KeyTest {
    private static final int DRAWS = 2000;

    private static Key random(SplittableRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Key.ofDigest(bytes);
    }

    private static BigInteger number(Key key) {
        return new BigInteger(1, key.toBytes());
    }

    @Test
    void theExampleOfTheSpecification() {
        PeerId peer = PeerId.parse("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS");
        assertThat(Key.of(peer)).hasToString("e43d28f0996557c0d5571d75c62a57a59d7ac1d30a51ecedcdb9d5e4afa56100");
    }

    @Test
    void distancesAreTheExclusiveOrAsUnsignedNumbers() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DRAWS; i++) {
            Key from = random(random);
            Key one = i % 2 == 0 ? random(random) : from.flip(random.nextInt(256));
            Key other = i % 3 == 0 ? random(random) : one.flip(random.nextInt(256));
            BigInteger toOne = number(from).xor(number(one));
            BigInteger toOther = number(from).xor(number(other));
            assertThat(Integer.signum(from.compareDistances(one, other))).isEqualTo(toOne.compareTo(toOther));
            assertThat(from.commonPrefix(one)).isEqualTo(256 - toOne.bitLength());
            assertThat(from.distance(one)).isEqualTo(toOne.doubleValue() * 0x1p-256, within(toOne));
            assertThat(Integer.signum(one.compareTo(other)))
                    .isEqualTo(number(one).compareTo(number(other)));
        }
    }

    private static org.assertj.core.data.Offset<Double> within(BigInteger distance) {
        return org.assertj.core.data.Offset.offset(distance.doubleValue() * 0x1p-256 * 1e-12 + 0x1p-128);
    }

    @Test
    void bitsCanBeReadAndTurnedAround() {
        Key key = random(new SplittableRandom(2));
        for (int bit = 0; bit < Key.BITS; bit++) {
            Key flipped = key.flip(bit);
            assertThat(flipped.commonPrefix(key)).isEqualTo(bit);
            assertThat(flipped.bit(bit)).isNotEqualTo(key.bit(bit));
            assertThat(flipped.flip(bit)).isEqualTo(key);
        }
    }

    @Test
    void aKeyHas32Bytes() {
        Key key = random(new SplittableRandom(3));
        assertThat(Key.ofDigest(key.toBytes())).isEqualTo(key).hasSameHashCodeAs(key);
        assertThatThrownBy(() -> Key.ofDigest(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreFoundForAnyPlace() {
        SplittableRandom random = new SplittableRandom(4);
        for (int bits = 0; bits <= 12; bits++) {
            Key wanted = random(random);
            PeerId name = KeyPrefixPeerIds.near(wanted, bits, random);
            assertThat(Key.of(name).commonPrefix(wanted)).isGreaterThanOrEqualTo(bits);
        }
    }
}
