package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import libp2p.crypto.DerReader.DerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02",
                "0201",
                "020200",
                "0200",
                "028101 01",
                "02800100",
                "0284000000010a",
                "0282000101",
                "020180",
                "02020001",
                "0202007f",
                "0301 00",
                "02ff",
                "0283ffffff00",
            })
    void refusesWhatIsNotAShortestUnsignedInteger(String hex) {
        assertThatThrownBy(() -> new DerReader(Hex.decode(hex.replace(" ", ""))).unsigned())
                .isInstanceOf(DerException.class);
    }

    @Test
    void readsWhatTheWriterWrote() throws Exception {
        Random random = new Random(3);
        for (int bits = 0; bits < 3000; bits += 37) {
            BigInteger a = new BigInteger(bits, random);
            BigInteger b = new BigInteger(9, random);
            DerReader outer = new DerReader(DerWriter.sequence(DerWriter.integer(a), DerWriter.integer(b)));
            DerReader sequence = outer.enter(DerReader.SEQUENCE);
            outer.expectEnd();
            assertThat(sequence.unsigned()).isEqualTo(a);
            assertThat(sequence.unsigned()).isEqualTo(b);
            sequence.expectEnd();
        }
    }

    @Test
    void refusesTrailingBytesAndBitsThatAreNoBytes() throws Exception {
        DerReader reader = new DerReader(Hex.decode("02010100"));
        reader.unsigned();
        assertThatThrownBy(reader::expectEnd).hasMessageContaining("1 bytes too many");
        assertThatThrownBy(() -> new DerReader(Hex.decode("03020180")).bits()).isInstanceOf(DerException.class);
    }

    @Test
    void randomBytesOnlyEverThrowDerException() {
        Random random = new Random(8);
        int read = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = DerReader.SEQUENCE;
                bytes[1] = (byte) (random.nextInt(4) == 0 ? bytes[1] : bytes.length - 2);
                bytes[2] = DerReader.INTEGER;
            }
            try {
                new DerReader(bytes).enter(DerReader.SEQUENCE).unsigned();
                read++;
            } catch (DerException malformed) {
                assertThat(malformed.getMessage()).startsWith("DER ");
            }
        }
        assertThat(read).isPositive();
    }
}
