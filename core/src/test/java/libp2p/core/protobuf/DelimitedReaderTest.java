package libp2p.core.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelimitedReaderTest {
    /** Brings its bytes in portions and counts how often it is asked. */
    private static final class Portions extends InputStream {
        private final InputStream bytes;
        private final Random random;
        private int reads;

        Portions(byte[] bytes, long seed) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.random = new Random(seed);
        }

        @Override
        public int read() {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            reads++;
            return bytes.read(target, offset, 1 + random.nextInt(length));
        }
    }

    private static DelimitedReader reader(String hex, int maxBytes) {
        return new DelimitedReader(
                "test", new ByteArrayInputStream(HexFormat.of().parseHex(hex)), maxBytes);
    }

    @Test
    void readsMessagesHoweverTheirBytesArrive() throws IOException {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            List<byte[]> messages = new ArrayList<>();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                byte[] message = new byte[random.nextInt(random.nextInt(10) == 0 ? 40_000 : 300)];
                random.nextBytes(message);
                messages.add(message);
                Delimited.write(out, message);
            }
            DelimitedReader reader = new DelimitedReader("test", new Portions(out.toByteArray(), seed), 40_000);
            for (byte[] message : messages) {
                assertThat(reader.read()).isEqualTo(message);
            }
            assertThat(reader.readOrEnd()).isNull();
            assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void shortMessagesThatArriveTogetherCostOneRead() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            Delimited.write(out, new byte[10]);
        }
        int[] reads = {0};
        InputStream counted = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                reads[0]++;
                return super.read(target, offset, length);
            }
        };
        DelimitedReader reader = new DelimitedReader("test", counted, 10);
        for (int i = 0; i < 50; i++) {
            assertThat(reader.read()).hasSize(10);
        }
        assertThat(reads[0]).isEqualTo(1);
        assertThat(reader.hasReadAhead()).isFalse();
    }

    @Test
    void refusesMessagesLongerThanTheLimit() {
        assertThatThrownBy(() -> reader("03010203", 2).read())
                .isInstanceOf(ProtobufException.class)
                .hasMessage("test: 3 bytes, more than the limit of 2");
        assertThatThrownBy(() -> reader("ffffffffffffffff7f", Integer.MAX_VALUE).read())
                .isInstanceOf(ProtobufException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "ffffffffffffffffff01"})
    void refusesMalformedLengths(String hex) {
        assertThatThrownBy(() -> reader(hex, 10).read())
                .isInstanceOf(ProtobufException.class)
                .hasMessageStartingWith("test: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "02", "0201"})
    void aStreamThatEndsInsideAMessageIsAnError(String hex) {
        assertThatThrownBy(() -> reader(hex, 10).readOrEnd()).isInstanceOf(EOFException.class);
    }

    @Test
    void anAnnouncedLengthTakesNoMemory() {
        for (int i = 0; i < 10_000; i++) {
            assertThatThrownBy(() -> reader("ffffffff0701", Integer.MAX_VALUE).read())
                    .isInstanceOf(EOFException.class);
        }
    }
}
