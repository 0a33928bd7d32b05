package libp2p.http3.qpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSectionTest {
    private static final int MAX = 8 << 10;

    private static List<Field> decode(String hex) throws Http3Exception {
        return FieldSectionDecoder.decode(HexFormat.of().parseHex(hex.replace(" ", "")), MAX);
    }

    private static void assertRefused(String hex, long code) {
        assertThatThrownBy(() -> decode(hex))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    /** RFC 9204, appendix B.1. */
    @Test
    void theExampleOfTheSpecificationIsRead() throws Exception {
        assertThat(decode("0000 510b 2f69 6e64 6578 2e68 746d 6c")).containsExactly(new Field(":path", "/index.html"));
    }

    @Test
    void aStatusIsOneByteOfTheStaticTable() throws Exception {
        assertThat(decode("0000 d9")).containsExactly(new Field(":status", "200"));
        assertThat(FieldSectionEncoder.encode(List.of(new Field(":status", "200"))))
                .isEqualTo(HexFormat.of().parseHex("0000d9"));
        assertThat(decode("0000 ff23")).containsExactly(new Field("x-frame-options", "sameorigin"));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        List<Field> fields = List.of(
                new Field(":method", "CONNECT"),
                new Field(":protocol", "webtransport"),
                new Field(":path", "/.well-known/libp2p-webtransport?type=noise"),
                new Field("x-long", "v".repeat(4_000)),
                new Field("a-name-that-is-longer-than-the-prefix-of-three-bits", ""));
        assertThat(FieldSectionDecoder.decode(FieldSectionEncoder.encode(fields), MAX))
                .isEqualTo(fields);
    }

    /** Hops over the examples of RFC 7541, appendix C.4 and C.6. */
    @ParameterizedTest
    @CsvSource({
        "www.example.com, f1e3c2e5f23a6ba0ab90f4ff",
        "no-cache, a8eb10649cbf",
        "custom-key, 25a849e95ba97d7f",
        "custom-value, 25a849e95bb8e8b4bf",
        "302, 6402",
        "private, aec3771a4b",
        "'Mon, 21 Oct 2013 20:13:21 GMT', d07abe941054d444a8200595040b8166e082a62d1bff",
        "https://www.example.com, 9d29ad171863c78f0b97c8e9ae82ae43d3",
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1,"
                + " 94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
    })
    void huffmanCodesAreRead(String text, String hex) throws Exception {
        String length = "%02x".formatted(0x80 | hex.length() / 2);
        assertThat(decode("0000 51" + length + hex)).containsExactly(new Field(":path", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no prefix
                "00", // no base
                "01 00 d9", // needs a dynamic table
                "00 80 d9", // a negative base
                "0000 80", // an index of the dynamic table
                "0000 10", // an index behind the base
                "0000 40 00", // the name by the dynamic table
                "0000 00 00", // the name by an index behind the base
                "0000 ff24", // index 99 of the static table
                "0000 ffffffffffffffffffffff01", // an integer without an end
                "0000 51 7f 80808080808080808001", // a length that would be negative
                "0000 51", // no value
                "0000 5103 6162", // a value that is cut off
                "0000 5181 00", // padding of zeros
                "0000 5182 ffff", // padding of more than seven bits
                "0000 5184 fffffffc", // the end of string
            })
    void whatIsMalformedIsRefused(String hex) {
        assertRefused(hex, Http3Error.QPACK_DECOMPRESSION_FAILED);
    }

    @Test
    void namesAreInLowerCase() throws Exception {
        assertThat(decode("0000 21 61 00")).containsExactly(new Field("a", ""));
        assertRefused("0000 21 41 00", Http3Error.MESSAGE_ERROR);
        assertRefused("0000 20 00", Http3Error.MESSAGE_ERROR);
    }

    /** As quic-go CVE-2025-64702: a few bytes that stand for many. */
    @Test
    void aSectionThatGrowsBeyondTheLimitIsRefused() throws Exception {
        String one = "c1"; // ":path: /", 38 bytes as they are counted
        assertThat(decode("0000" + one.repeat(MAX / 38))).hasSize(MAX / 38);
        assertRefused("0000" + one.repeat(MAX / 38 + 1), Http3Error.EXCESSIVE_LOAD);
    }
}
