package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import libp2p.core.connection.Stream;

/** Bytes that can be recognised, and what to do with them on a stream. */
final class Bytes {
    private static final int PIECE = 10_000;

    private Bytes() {}

    static byte[] of(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** Writes so many bytes, in pieces. */
    static void write(Stream stream, long seed, int size) throws IOException {
        byte[] bytes = of(seed, size);
        for (int at = 0; at < size; at += PIECE) {
            stream.write(bytes, at, Math.min(PIECE, size - at));
        }
    }

    /** Reads to the end, which must come after exactly these bytes. */
    static void expect(Stream stream, long seed, int size) throws IOException {
        assertThat(stream.input().readNBytes(size + 1)).isEqualTo(of(seed, size));
    }

    /** Reads exactly these bytes. */
    static void expectNext(Stream stream, long seed, int size) throws IOException {
        assertThat(stream.input().readNBytes(size)).isEqualTo(of(seed, size));
    }
}
