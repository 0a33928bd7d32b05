package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalletTest {
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static boolean holds(byte[] data) {
        return new WalletSignature(1, data).holds(GoVectorsTest.wallet(1).address(), MESSAGE);
    }

    @Test
    void everyChangedByteOfASignatureEndsIt() {
        byte[] data = GoVectorsTest.wallet(1).sign(MESSAGE).data();
        assertThat(holds(data)).isTrue();
        for (int i = 0; i < data.length; i++) {
            byte[] changed = data.clone();
            changed[i] ^= 1;
            assertThat(holds(changed)).as("byte %d", i).isFalse();
        }
        assertThat(holds(Arrays.copyOf(data, 64))).isFalse();
        assertThat(holds(Arrays.copyOf(data, 66))).isFalse();
        assertThat(holds(new byte[65])).isFalse();
    }

    /** With the other value of s and the other parity the same key is found; a second signature of one deal is none. */
    @Test
    void theOtherValueOfSIsRefused() {
        byte[] data = GoVectorsTest.wallet(1).sign(MESSAGE).data().clone();
        byte[] high = ORDER.subtract(new BigInteger(1, data, 32, 32)).toByteArray();
        System.arraycopy(high, high.length - 32, data, 32, 32);
        data[64] ^= 1;
        assertThat(holds(data)).isFalse();
    }

    @Test
    void otherTypesAreCarriedAndNeverHold() {
        byte[] data = GoVectorsTest.wallet(1).sign(MESSAGE).data();
        for (int type = 2; type <= 3; type++) {
            WalletSignature other = WalletSignature.fromBytes(new WalletSignature(type, data).toBytes());
            assertThat(other.type()).isEqualTo(type);
            assertThat(other.holds(GoVectorsTest.wallet(1).address(), MESSAGE)).isFalse();
        }
        for (byte[] wrong : new byte[][] {{}, {0}, {4, 1}, new byte[201]}) {
            assertThatThrownBy(() -> WalletSignature.fromBytes(wrong)).isInstanceOf(MalformedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f",
                "f0",
                "x01000",
                "f5abc",
                "f0-1",
                "f09223372036854775808",
                "f099999999999999999999",
                "f1ksu3ktw4xhyaoltwr546b3epfs5wxxqfyyxipwa",
                "f1ksu3ktw4xhyaoltwr546b3epfs5wxxqfyyxipw",
                "f1",
                "f4",
                "f410",
                "f410faydambqgaydambqgaydambqgaydambqgvobpmhb",
                "f1KSU3KTW4XHYAOLTWR546B3EPFS5WXXQFYYXIPWI"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> FilecoinAddress.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void bytesThatAreNoAddressAreRefused() {
        for (byte[] wrong : new byte[][] {
            {},
            {0},
            {5, 1},
            {-1, 1},
            {0, (byte) 0x80},
            {0, 1, 1},
            new byte[22],
            {1, 2},
            {3, 3},
            {4, (byte) 0x80},
            long4()
        }) {
            assertThatThrownBy(() -> FilecoinAddress.fromBytes(wrong)).isInstanceOf(MalformedException.class);
        }
    }

    private static byte[] long4() {
        byte[] bytes = new byte[57];
        bytes[0] = 4;
        bytes[1] = 10;
        return bytes;
    }
}
