package libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VarintTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void encodesAndDecodesTheExamplesOfTheSpecification() throws IOException {
        List<?> examples = (List<?>) Vectors.object(Vectors.json("unsigned-varint/spec_examples.json"))
                .get("valid");
        assertThat(examples).hasSize(6);
        for (Object example : examples) {
            Map<String, Object> vector = Vectors.object(example);
            roundTrip((long) vector.get("value"), HEX.parseHex((String) vector.get("hex")));
        }
    }

    @Test
    void roundTripsTheSmallestAndLargestValueOfEverySize() throws IOException {
        for (int size = 1; size <= 9; size++) {
            long smallest = size == 1 ? 0 : 1L << 7 * (size - 1);
            long largest = -1L >>> 64 - 7 * size;
            assertThat(Varint.size(smallest)).isEqualTo(size);
            assertThat(Varint.size(largest)).isEqualTo(size);
            roundTrip(smallest, Varint.encode(smallest));
            roundTrip(largest, Varint.encode(largest));
        }
        assertThat(Varint.encode(Long.MAX_VALUE)).hasSize(9);
    }

    @Test
    void roundTripsRandomValues() throws IOException {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            long value = random.nextLong() >>> 1 + random.nextInt(63);
            roundTrip(value, Varint.encode(value));
        }
    }

    private static void roundTrip(long value, byte[] encoded) throws IOException {
        assertThat(Varint.encode(value)).isEqualTo(encoded);
        assertThat(Varint.size(value)).isEqualTo(encoded.length);
        assertThat(Varint.decode(encoded)).isEqualTo(value);

        var array = new byte[encoded.length + 2];
        assertThat(Varint.encode(value, array, 1)).isEqualTo(1 + encoded.length);
        assertThat(Varint.decode(array, 1, array.length)).isEqualTo(value);

        ByteBuffer buffer = ByteBuffer.allocate(encoded.length + 1);
        Varint.encode(value, buffer);
        buffer.put((byte) 7).flip();
        assertThat(Varint.decode(buffer)).isEqualTo(value);
        assertThat(buffer.remaining()).isEqualTo(1);

        var out = new ByteArrayOutputStream();
        Varint.encode(value, out);
        out.write(7);
        var in = new ByteArrayInputStream(out.toByteArray());
        assertThat(Varint.decode(in)).isEqualTo(value);
        assertThat(in.available()).isEqualTo(1);
    }

    @Test
    void refusesEncodingsThatAreNotTheShortest() {
        for (String hex : List.of("8000", "8100", "808000", "ffffffffffffffff00", "80808080808080800001")) {
            refuses(hex);
        }
    }

    @Test
    void refusesMoreThanNineBytes() {
        refuses("ffffffffffffffffff01");
        refuses("80808080808080808001");
        refuses("ffffffffffffffffffffffffffffffff");
    }

    private static void refuses(String hex) {
        byte[] bytes = HEX.parseHex(hex);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decode(bytes));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decode(bytes, 0, bytes.length));
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decode(buffer));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decodeIfComplete(buffer));
        assertThat(buffer.position()).isZero();
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Varint.decode(new ByteArrayInputStream(bytes)));
    }

    @Test
    void refusesTruncatedArraysAndBuffers() {
        for (String hex : List.of("", "80", "ffff", "ffffffffffffffffff".substring(2))) {
            byte[] bytes = HEX.parseHex(hex);
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Varint.decode(bytes))
                    .withMessageContaining("truncated");
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decode(buffer));
            assertThat(buffer.position()).isZero();
        }
    }

    @Test
    void refusesBytesAfterTheEndOfAWholeArray() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Varint.decode(new byte[] {1, 2, 3}))
                .withMessage("varint: 2 bytes after the end");
    }

    @Test
    void doesNotReadBeyondTheEndOfTheRange() {
        byte[] bytes = {(byte) 0x80, 1};
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Varint.decode(bytes, 0, 1));
    }

    @Test
    void waitsForTheRestOfAnIncompleteVarint() {
        ByteBuffer buffer = ByteBuffer.wrap(HEX.parseHex("808001"));
        buffer.limit(2);
        assertThat(Varint.decodeIfComplete(buffer)).isEqualTo(-1);
        assertThat(buffer.position()).isZero();
        buffer.limit(3);
        assertThat(Varint.decodeIfComplete(buffer)).isEqualTo(16384);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void tellsACleanEndOfAStreamFromATruncatedVarint() throws IOException {
        assertThat(Varint.decodeOrEnd(new ByteArrayInputStream(new byte[0]))).isEqualTo(-1);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> Varint.decodeOrEnd(new ByteArrayInputStream(new byte[] {(byte) 0x80})));
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> Varint.decode(new ByteArrayInputStream(new byte[0])));
    }

    @Test
    void refusesToEncodeNegativeValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Varint.size(Long.MIN_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(-1, ByteBuffer.allocate(10)));
    }

    @Test
    void writesNothingIfTheArrayIsTooSmall() {
        var array = new byte[2];
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Varint.encode(16384, array, 0));
        assertThat(array).containsOnly(0);
    }
}
