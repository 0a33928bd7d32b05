package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {
    @ParameterizedTest
    @CsvSource({"basic,yes mani !", "leading_zero,0yes mani !", "two_leading_zeros,00yes mani !"})
    void encodesAndDecodesTheVectorsOfTheSpecification(String file, String plain) {
        byte[] data = plain.replace('0', '\0').getBytes(UTF_8);
        for (String[] row : Vectors.rows("multibase/" + file + ".csv")) {
            String text = row[1].substring(1, row[1].length() - 1);
            Multibase base = Multibase.ofLabel(row[0]);
            assertThat(base).as(row[0]).isNotNull();
            assertThat(base.encode(data)).isEqualTo(text);
            assertThat(Multibase.of(text)).isEqualTo(base);
            assertThat(Multibase.decode(text)).isEqualTo(data);
        }
    }

    @Test
    void ignoresLetterCaseWhereTheSpecificationSaysSo() {
        for (String[] row : Vectors.rows("multibase/case_insensitivity.csv")) {
            assertThat(Multibase.decode(row[1].substring(1, row[1].length() - 1)))
                    .as(row[0])
                    .isEqualTo("hello world".getBytes(UTF_8));
        }
    }

    @Test
    void hasEveryBaseOfTheTable() {
        for (String[] row : Vectors.rows("multibase/multibase.csv")) {
            if (!row[2].equals("none")) {
                Multibase base = Multibase.ofLabel(row[2]);
                assertThat(base).as(row[2]).isNotNull();
                assertThat(base.prefix()).isEqualTo(Integer.parseInt(row[0].substring(2), 16));
            }
        }
        assertThat(Multibase.ofLabel("base12")).isNull();
    }

    @Test
    void writesProquintsAsTheSpecificationDoes() {
        byte[] localhost = {127, 0, 0, 1};
        assertThat(Multibase.PROQUINT.encode(localhost)).isEqualTo("pro-lusab-babad");
        assertThat(Multibase.decode("pro-lusab-babad")).isEqualTo(localhost);
        assertThat(Multibase.PROQUINT.encodeBare(localhost)).isEqualTo("lusab-babad");
        assertThatIllegalArgumentException().isThrownBy(() -> Multibase.PROQUINT.encode(new byte[3]));
    }

    @Test
    void writesBase45AsTheRfcDoes() {
        assertThat(Multibase.BASE45.encodeBare("Hello!!".getBytes(UTF_8))).isEqualTo("%69 VD92EX0");
        assertThat(Multibase.BASE45.encodeBare("base-45".getBytes(UTF_8))).isEqualTo("UJCLQE7W581");
        assertThat(Multibase.BASE45.decodeBare("QED8WEX0")).isEqualTo("ietf!".getBytes(UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void roundTripsRandomData(Multibase base) {
        var random = new Random(base.ordinal());
        for (int length = 0; length < 200; length++) {
            var data = new byte[base == Multibase.PROQUINT ? length * 2 : length];
            random.nextBytes(data);
            if (length % 3 == 0) {
                java.util.Arrays.fill(data, 0, length / 4, (byte) 0);
            }
            String text = base.encode(data);
            assertThat(Multibase.decode(text)).as(text).isEqualTo(data);
            assertThat(base.decodeBare(base.encodeBare(data))).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTextThatDecodesIsTheOnlyOneUpToLetterCase(Multibase base) {
        var random = new Random(base.ordinal());
        int decoded = 0;
        for (int i = 0; i < 3000; i++) {
            var data = new byte[random.nextInt(12) * 2];
            random.nextBytes(data);
            String text = Mutations.mutate(base.encode(data), random);
            try {
                byte[] value = Multibase.decode(text);
                assertThat(Multibase.of(text).encode(value)).isEqualToIgnoringCase(text);
                decoded++;
            } catch (MalformedException e) {
                assertThat(e).hasMessageStartingWith("multibase: ");
            }
        }
        assertThat(decoded).isLessThan(3000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no prefix
                "1abc", // reserved
                "Qm", // reserved
                "/ip4", // reserved
                "éabc", // not in the table
                "😀", // not in the table
                "\ud83d", // half of the rocket
                "0012345678", // not binary
                "00000000", // seven bits
                "78", // not octal
                "70", // three bits
                "7001", // fill bit set
                "f0", // half a byte
                "f0g", // not hexadecimal
                "fé0", // not ASCII
                "bab=", // padding where none belongs
                "ba", // five bits
                "bab", // fill bits set
                "caa", // padding missing
                "caa=====", // padding too short
                "caa=======", // padding too long
                "c========", // nothing but padding
                "ca=======", // five bits
                "caa====a=", // character in the padding
                "hYBND", // z-base-32 is lower case
                "h0", // not in the alphabet
                "zOIl0", // not in the alphabet
                "k-", // not in the alphabet
                "RGGW0", // one character left over
                "RGGX", // 65536
                "R::", // larger than a byte
                "Ra00", // lower case
                "mAA-_", // the other alphabet
                "mA", // six bits
                "mAB", // fill bits set
                "MAAA", // padding missing
                "MAA=", // padding too short
                "uAA==", // padding where none belongs
                "u+/", // the other alphabet
                "plusab", // without pro-
                "pro-lusa", // four letters
                "pro-lusab-", // hyphen at the end
                "pro-lusab_babad", // not a hyphen
                "pro-lesab", // not a vowel of proquints
                "\0Ā", // no byte
                "🚀😀x", // not an emoji
                "🚀🇩", // not one of ours
            })
    void refusesTextThatIsNotCanonical(String text) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multibase.decode(text))
                .withMessageStartingWith("multibase: ");
    }

    @Test
    void namesTheFirstBadCharacterAndEscapesIt() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multibase.decode("zab\nc"))
                .withMessage("multibase: character \"\\u000a\" at index 3 is not in the alphabet");
    }

    @Test
    void refusesToSpendQuadraticTimeOnLongTextAndData() {
        String text = "z" + "2".repeat(MultiformatsLimits.POSITIONAL_BASE_LENGTH + 1);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multibase.decode(text));
        var data = new byte[MultiformatsLimits.POSITIONAL_BASE_LENGTH + 1];
        assertThatIllegalArgumentException().isThrownBy(() -> Multibase.BASE36.encode(data));
    }

    @Test
    void convertsLongDataInLinearBases() {
        var data = new byte[1 << 20];
        new Random(3).nextBytes(data);
        assertThat(Multibase.decode(Multibase.BASE64PAD.encode(data))).isEqualTo(data);
        assertThat(Multibase.decode(Multibase.BASE2.encode(data))).isEqualTo(data);
    }
}
