package libp2p.filecoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import libp2p.core.connection.ProtocolViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CborItemTest {
    private static final int LIMIT = 1024;

    private static byte[] read(InputStream in) throws IOException {
        return CborItem.read("/test", in, LIMIT);
    }

    /** Of a number, text, lists, maps, a link, a float, and nesting as deep as the limit is long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "1903e8",
                "63616263",
                "80",
                "828101a0",
                "a2616101616281f6",
                "d82a430001ff",
                "fb3ff0000000000000",
                "f4"
            })
    void anItemEndsWhereItsHeadsSayAndWhatFollowsStays(String hex) throws IOException {
        byte[] item = HexFormat.of().parseHex(hex);
        ByteArrayInputStream in = new ByteArrayInputStream(Arrays.copyOf(item, item.length + 3));
        assertThat(read(in)).isEqualTo(item);
        assertThat(in.available()).isEqualTo(3);
        for (int cut = 0; cut < item.length; cut++) {
            byte[] part = Arrays.copyOf(item, cut);
            assertThatThrownBy(() -> read(new ByteArrayInputStream(part))).isInstanceOf(EOFException.class);
        }
    }

    /** Nothing more is asked of the stream: it would wait for a peer that has said all. */
    @Test
    void nothingBehindAnItemIsWaitedFor() throws IOException {
        InputStream silent = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("waits");
            }
        };
        byte[] item = HexFormat.of().parseHex("a16161820102");
        assertThat(read(new SequenceInputStream(new ByteArrayInputStream(item), silent)))
                .isEqualTo(item);
    }

    /** Text, bytes, lists and maps that are announced beyond the limit, with lengths beyond 63 bits, or without any. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "790400",
                "5a7fffffff",
                "5bffffffffffffffff",
                "9b8000000000000000",
                "9a00010000",
                "bb7fffffffffffffff",
                "b90201",
                "5f",
                "7f",
                "9f",
                "bf",
                "ff",
                "1c"
            })
    void whatIsAnnouncedBeyondTheLimitOrWithoutOneIsRefusedBeforeItComes(String hex) {
        byte[] head = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> read(new ByteArrayInputStream(head))).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void listsInListsWithoutEndAreCutOffAtTheLimitAndNothingRecurses() {
        InputStream lists = new InputStream() {
            @Override
            public int read() {
                return 0x81;
            }
        };
        assertThatThrownBy(() -> CborItem.read("/test", lists, 1 << 20))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("/test")
                .hasMessageContaining(String.valueOf(1 << 20));
    }
}
