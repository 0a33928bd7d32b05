package libp2p.http3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int SETTINGS = 64;
    private static final int SECTION = 32;

    /** Frames as "type:payload" and pieces of DATA as "data:bytes". */
    private static final class Heard implements FrameReader.Handler {
        private final List<String> all = new ArrayList<>();

        @Override
        public void frame(long type, byte[] payload) {
            all.add(type + ":" + HexFormat.of().formatHex(payload));
        }

        @Override
        public void data(ByteBuffer piece) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.add("data:" + HexFormat.of().formatHex(bytes));
        }
    }

    private static List<String> read(String hex) throws Http3Exception {
        Heard heard = new Heard();
        FrameReader reader = new FrameReader(SETTINGS, SECTION);
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
        reader.read(in, heard);
        assertThat(in.hasRemaining()).isFalse();
        return heard.all;
    }

    @Test
    void framesFollowEachOther() throws Exception {
        assertThat(read("01 02 aabb 00 03 010203 04 00 07 01 05"))
                .containsExactly("1:aabb", "data:", "data:010203", "4:", "7:05");
    }

    @Test
    void bytesMayComeOneByOne() throws Exception {
        Heard heard = new Heard();
        FrameReader reader = new FrameReader(SETTINGS, SECTION);
        byte[] bytes = HexFormat.of().parseHex("4001" + "4002aabb" + "000101" + "2f02ffff" + "0400");
        List<Boolean> between = new ArrayList<>();
        for (byte one : bytes) {
            reader.read(ByteBuffer.wrap(new byte[] {one}), heard);
            between.add(reader.isBetweenFrames());
        }
        assertThat(heard.all).containsExactly("1:aabb", "data:", "data:01", "4:");
        assertThat(between)
                .containsExactly(
                        false, false, false, false, false, true, false, false, true, false, false, false, true, false,
                        true);
    }

    @Test
    void unknownTypesAreSkippedHoweverLongTheyAre() throws Exception {
        assertThat(read("21 03 ffffff 4e25 80010000" + "00".repeat(1 << 16) + "01 00"))
                .containsExactly("1:");
    }

    @Test
    void aFrameOfDataMayBeLongerThanMemory() throws Exception {
        assertThat(read("00 ffffffffffffffff 0102")).containsExactly("data:", "data:0102");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "0600", "0800", "0900"})
    void framesOfHttp2AreRefused(String hex) {
        assertThatThrownBy(() -> read(hex))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(Http3Error.FRAME_UNEXPECTED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0121", "01ffffffffffffffff", "044041", "0521", "0709", "0309", "0d09"})
    void framesBeyondTheirBoundAreRefusedBeforeTheyCome(String hex) {
        assertThatThrownBy(() -> read(hex))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(Http3Error.EXCESSIVE_LOAD));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 63, 64, 16_383, 16_384, (1L << 30) - 1, 1L << 30, (1L << 62) - 1})
    void integersAreReadAsTheyAreWritten(long value) {
        byte[] written = new FrameWriter().integer(value).toByteArray();
        VarIntReader reader = new VarIntReader();
        int count = 0;
        for (byte one : written) {
            assertThat(reader.wanted()).isLessThanOrEqualTo(written.length - count);
            count++;
            assertThat(reader.read(ByteBuffer.wrap(new byte[] {one}))).isEqualTo(count == written.length);
        }
        assertThat(reader.value()).isEqualTo(value);
    }
}
