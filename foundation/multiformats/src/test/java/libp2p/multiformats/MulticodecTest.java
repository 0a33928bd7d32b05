package libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MulticodecTest {
    @Test
    void isTheOfficialTable() {
        List<String[]> rows = Vectors.rows("multicodec/table.csv");
        for (String[] row : rows) {
            long code = Long.decode(row[2]);
            var status = Multicodec.Status.valueOf(row[3].toUpperCase(Locale.ROOT));
            var expected = new Multicodec(row[0], row[1], code, status);
            assertThat(Multicodec.of(code)).isEqualTo(expected);
            assertThat(Multicodec.of(row[0])).isEqualTo(expected);
            assertThat(Multicodec.name(code)).isEqualTo(row[0]);
        }
        assertThat(Multicodec.all())
                .hasSameSizeAs(rows)
                .isSortedAccordingTo((a, b) -> Long.compare(a.code(), b.code()));
    }

    @Test
    void knowsNothingElse() {
        assertThat(Multicodec.of(0x7fff_ffff)).isNull();
        assertThat(Multicodec.of(-1)).isNull();
        assertThat(Multicodec.of("no-such-codec")).isNull();
        assertThat(Multicodec.name(0x7fff_ffff)).isEqualTo("0x7fffffff");
    }

    @Test
    void everyConstantIsInTheTableUnderItsName() throws IllegalAccessException {
        int constants = 0;
        for (Field field : Multicodec.class.getFields()) {
            String label =
                    Multicodec.name(field.getLong(null)).replace('-', '_').toUpperCase(Locale.ROOT);
            assertThat(field.getName().replace("_NS", "")).isEqualTo(label);
            constants++;
        }
        assertThat(constants).isGreaterThan(15);
    }

    @Test
    void everyHashFunctionIsInTheTableUnderItsName() {
        for (HashFunction function : HashFunction.values()) {
            String label = Multicodec.name(function.code()).replace('-', '_').toUpperCase(Locale.ROOT);
            assertThat(function).hasToString(label);
            assertThat(HashFunction.of(function.code())).isEqualTo(function);
        }
        assertThat(HashFunction.of(Multicodec.RAW)).isNull();
    }
}
