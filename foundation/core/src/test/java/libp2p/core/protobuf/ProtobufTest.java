package libp2p.core.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import libp2p.core.testing.Fuzz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTest {
    private static ProtobufReader reader(byte[] bytes) throws IOException {
        return ProtobufReader.of("test", bytes, 1 << 20, 100);
    }

    private static ProtobufReader reader(String hex) throws IOException {
        return reader(HexFormat.of().parseHex(hex));
    }

    private static ProtobufReader field(String hex) throws IOException {
        ProtobufReader in = reader(hex);
        assertThat(in.next()).isTrue();
        return in;
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .uint64(1, -1)
                .int32(2, -2)
                .sint64(3, Long.MIN_VALUE)
                .bool(4, true)
                .enumeration(5, 7)
                .fixed32(6, 0x01020304)
                .fixed64(7, 0x0102030405060708L)
                .float64(8, 0.1)
                .bytes(9, new byte[] {1, 2, 3})
                .string(10, "grüße")
                .message(11, inner -> inner.uint64(1, 300))
                .toByteArray();
        ProtobufReader in = reader(bytes);
        List<Object> values = new ArrayList<>();
        while (in.next()) {
            values.add(
                    switch (in.field()) {
                        case 1 -> in.uint64();
                        case 2, 5 -> in.int32();
                        case 3 -> in.sint64();
                        case 4 -> in.bool();
                        case 6 -> in.fixed32();
                        case 7 -> in.fixed64();
                        case 8 -> in.float64();
                        case 9 -> HexFormat.of().formatHex(in.bytes(3));
                        case 10 -> in.string(100);
                        default -> {
                            ProtobufReader inner = in.message("inner");
                            assertThat(inner.next()).isTrue();
                            yield inner.uint32();
                        }
                    });
        }
        assertThat(values)
                .containsExactly(
                        -1L,
                        -2,
                        Long.MIN_VALUE,
                        true,
                        7,
                        0x01020304,
                        0x0102030405060708L,
                        0.1,
                        "010203",
                        "grüße",
                        300L);
    }

    @Test
    void writesWhatTheReferenceImplementationWrites() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            ProtobufWriter ours = new ProtobufWriter();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            CodedOutputStream theirs = CodedOutputStream.newInstance(expected);
            for (int i = random.nextInt(10); i >= 0; i--) {
                int field = 1 + (random.nextInt() >>> 3 + random.nextInt(28));
                long value = random.nextLong() >> random.nextInt(64);
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        ours.uint64(field, value);
                        theirs.writeUInt64(field, value);
                    }
                    case 1 -> {
                        ours.sint64(field, value);
                        theirs.writeSInt64(field, value);
                    }
                    case 2 -> {
                        ours.int32(field, (int) value);
                        theirs.writeInt32(field, (int) value);
                    }
                    case 3 -> {
                        ours.fixed32(field, (int) value);
                        theirs.writeFixed32(field, (int) value);
                    }
                    case 4 -> {
                        ours.fixed64(field, value);
                        theirs.writeFixed64(field, value);
                    }
                    default -> {
                        ours.bytes(field, bytes);
                        theirs.writeBytes(field, ByteString.copyFrom(bytes));
                    }
                }
            }
            theirs.flush();
            assertThat(ours.toByteArray()).isEqualTo(expected.toByteArray());
            assertThat(ours.size()).isEqualTo(expected.size());
        }
    }

    private static void nest(ProtobufWriter out, int depth, int length) {
        if (depth == 0) {
            out.bytes(1, new byte[length]).uint64(2, -length).fixed32(3, length).fixed64(4, length);
        } else {
            out.message(depth, inner -> nest(inner, depth - 1, length)).string(7, "grüße");
            out.message(9, inner -> nest(inner, 0, length / 2));
        }
    }

    /** Lengths of one, two and three bytes stand before what they tell, however deep that lies. */
    @ParameterizedTest
    @ValueSource(ints = {0, 80, 90, 100, 110, 120, 128, 16_300, 16_384, 100_000})
    void innerMessagesAreWrittenInPlaceAndInArraysOfTheirSize(int length) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        reference(CodedOutputStream.newInstance(expected), 4, length);
        ProtobufWriter grown = new ProtobufWriter();
        nest(grown, 4, length);
        assertThat(grown.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(ProtobufWriter.encode(out -> nest(out, 4, length))).isEqualTo(expected.toByteArray());
        assertThat(ProtobufWriter.sizeOf(out -> nest(out, 4, length))).isEqualTo(expected.size());
        assertThat(ProtobufWriter.delimited(out -> nest(out, 4, length)))
                .isEqualTo(Delimited.frame(expected.toByteArray()));
        assertThat(ProtobufWriter.encode(new byte[] {7}, out -> out.bool(1, true)))
                .containsExactly(7, 8, 1);
    }

    private static void reference(CodedOutputStream out, int depth, int length) throws IOException {
        if (depth == 0) {
            out.writeByteArray(1, new byte[length]);
            out.writeUInt64(2, -length);
            out.writeFixed32(3, length);
            out.writeFixed64(4, length);
        } else {
            out.writeByteArray(depth, reference(depth - 1, length));
            out.writeString(7, "grüße");
            out.writeByteArray(9, reference(0, length / 2));
        }
        out.flush();
    }

    private static byte[] reference(int depth, int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reference(CodedOutputStream.newInstance(bytes), depth, length);
        return bytes.toByteArray();
    }

    @Test
    void aBodyThatWritesSomethingElseTheSecondTimeIsRefused() {
        int[] round = {0};
        assertThatThrownBy(() -> ProtobufWriter.encode(out -> out.bytes(1, new byte[round[0]++])))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ProtobufWriter.encode(out -> {
                    for (int i = round[0]++; i > 0; i--) {
                        out.message(1, inner -> {});
                    }
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Doubling takes three times the bytes, and copies them into an array of their size. */
    @Test
    void encodingTakesOneArray() {
        byte[] value = new byte[1 << 20];
        var thread = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        ProtobufWriter.delimited(out -> out.message(1, inner -> inner.bytes(2, value))); // classes are loaded
        long before = thread.getCurrentThreadAllocatedBytes();
        ProtobufWriter.delimited(out -> out.message(1, inner -> inner.bytes(2, value)));
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(value.length + (64 << 10));
    }

    @Test
    void viewsAreReadOnlyAndTheReplacementCharacterMayBeSent() throws IOException {
        byte[] bytes = ProtobufWriter.encode(out -> out.string(1, "\uFFFD"));
        assertThat(reader(bytes).next()).isTrue();
        ProtobufReader text = reader(bytes);
        text.next();
        assertThat(text.string(3)).isEqualTo("\uFFFD");
        ProtobufReader view = reader(bytes);
        view.next();
        assertThat(view.view(3).isReadOnly()).isTrue();
        ProtobufReader inner = reader(bytes);
        inner.next();
        assertThatThrownBy(() -> inner.message("inner", 2))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("more than the limit of 2");
    }

    @Test
    void passesOverUnknownFieldsOfEveryType() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .uint64(15, 1L << 40)
                .fixed32(16, 5)
                .fixed64(17, 6)
                .string(18, "new")
                .uint64(1, 42)
                .toByteArray();
        ProtobufReader in = reader(bytes);
        long value = 0;
        while (in.next()) {
            if (in.field() == 1) {
                value = in.uint64();
            } else {
                in.skip();
            }
        }
        assertThat(value).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0b", "0c", "0e", "0f"})
    void refusesGroupsAndWireTypesThatDoNotExist(String tag) throws IOException {
        assertThatThrownBy(() -> field(tag).skip()).isInstanceOf(ProtobufException.class);
        assertThatThrownBy(() -> field(tag).uint64()).isInstanceOf(ProtobufException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02", "8080808080", "80808080101a", "ffffffffffffffffff01"})
    void refusesFieldNumbersOutOfRange(String tag) {
        assertThatThrownBy(() -> field(tag)).isInstanceOf(ProtobufException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "08, ends inside a varint",
        "08ff, ends inside a varint",
        "08ffffffffffffffffff02, more than 64 bits",
        "08ffffffffffffffffff80, more than 10 bytes",
        "08ffffffffffffffffffff01, more than 10 bytes",
    })
    void refusesMalformedVarints(String hex, String complaint) {
        assertThatThrownBy(() -> field(hex).uint64())
                .isInstanceOf(ProtobufException.class)
                .hasMessageStartingWith("test field 1: ")
                .hasMessageContaining(complaint);
    }

    @Test
    void takesTheLongestVarint() throws IOException {
        assertThat(field("08ffffffffffffffffff01").uint64()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0d010203", "0d", "09010203", "0a05010203", "0affffffff0f01", "0affffffffffffffffff01"})
    void refusesValuesThatAreCut(String hex) {
        assertThatThrownBy(() -> field(hex).skip()).isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesAnotherWireTypeThanTheSchemas() {
        assertThatThrownBy(() -> field("0801").bytes(10))
                .isInstanceOf(ProtobufException.class)
                .hasMessage("test field 1: varint value where length-delimited is expected (at offset 1)");
        assertThatThrownBy(() -> field("0a00").uint64()).isInstanceOf(ProtobufException.class);
        assertThatThrownBy(() -> field("0801").fixed64()).isInstanceOf(ProtobufException.class);
        assertThatThrownBy(() -> field("0801").fixed32()).isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesNumbersTooLargeForTheirType() {
        assertThatThrownBy(() -> field("088080808010").uint32()).isInstanceOf(ProtobufException.class);
        assertThatThrownBy(() -> field("088080808008").int32()).isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesValuesLongerThanTheirLimit() {
        assertThatThrownBy(() -> field("0a03010203").bytes(2))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("field 1: a value of 3 bytes, more than the limit of 2");
        assertThatThrownBy(() -> field("0a03414141").string(2)).isInstanceOf(ProtobufException.class);
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        assertThatThrownBy(() -> field("0a02c080").string(10))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesMessagesLongerThanTheBudget() {
        assertThatThrownBy(() -> ProtobufReader.of("small", new byte[11], 10, 1))
                .isInstanceOf(ProtobufException.class)
                .hasMessage("small: 11 bytes, more than the limit of 10");
    }

    @Test
    void countsTheFieldsOfInnerMessagesToo() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .message(1, inner -> inner.uint64(1, 1).uint64(1, 2).uint64(1, 3))
                .toByteArray();
        ProtobufReader in = ProtobufReader.of("outer", bytes, 100, 3);
        in.next();
        ProtobufReader inner = in.message("inner");
        for (int i = 0; i < 2; i++) {
            assertThat(inner.next()).isTrue();
            inner.skip();
        }
        assertThatThrownBy(inner::next)
                .isInstanceOf(ProtobufException.class)
                .hasMessageStartingWith("inner")
                .hasMessageContaining("more fields than the limit of 3");
    }

    @Test
    void readsRepeatedNumbersPackedOrNotWithinTheLimit() throws IOException {
        List<Long> values = new ArrayList<>();
        ProtobufReader in = reader("0801" + "0a03029601" + "0803");
        while (in.next()) {
            in.uint64s(values::add);
        }
        assertThat(values).containsExactly(1L, 2L, 150L, 3L);

        ProtobufReader full = ProtobufReader.of("packed", HexFormat.of().parseHex("0a03010203"), 100, 3);
        full.next();
        assertThatThrownBy(() -> full.uint64s(values::add)).isInstanceOf(ProtobufException.class);
    }

    @Test
    void namesTheOffsetInTheWholeMessage() throws IOException {
        ProtobufReader in = reader("1001" + "0a02" + "08ff");
        in.next();
        in.skip();
        in.next();
        ProtobufReader inner = in.message("inner");
        inner.next();
        assertThatThrownBy(inner::uint64)
                .hasMessageStartingWith("inner field 1: ")
                .hasMessageEndingWith("(at offset 6)");
    }

    @Test
    void aValueMustBeTakenExactlyOnce() throws IOException {
        ProtobufReader in = field("0801");
        assertThatThrownBy(in::next).isInstanceOf(IllegalStateException.class);
        in.uint64();
        assertThatThrownBy(in::uint64).isInstanceOf(IllegalStateException.class);
        assertThat(in.next()).isFalse();
    }

    @Test
    void theWriterRefusesFieldNumbersOutOfRange() {
        assertThatThrownBy(() -> new ProtobufWriter().uint64(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProtobufWriter().uint64(1 << 29, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyItsOwnExceptionComesOutOfHostileBytes() {
        byte[] valid = new ProtobufWriter()
                .uint64(1, 77)
                .string(2, "text")
                .message(3, inner -> inner.bytes(1, new byte[20]).uint64(2, 3))
                .fixed32(4, 1)
                .fixed64(5, 2)
                .bytes(6, new byte[] {1, 2, 3})
                .toByteArray();
        Fuzz.run(7, 50_000, List.of(valid), bytes -> walk(reader(bytes)), ProtobufException.class);
    }

    private static void walk(ProtobufReader in) throws IOException {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.uint64();
                case 2 -> in.string(1000);
                case 3 -> walk(in.message("inner"));
                case 4 -> in.fixed32();
                case 5 -> in.fixed64();
                case 6 -> in.uint64s(value -> {});
                default -> in.skip();
            }
        }
    }
}
