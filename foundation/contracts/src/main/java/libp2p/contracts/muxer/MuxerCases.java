package libp2p.contracts.muxer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;

/** The tools of the cases of muxers. */
abstract class MuxerCases {
    /** More than any window, queue and pipe on the way holds at first. */
    static final int MUCH = 8 << 20;

    /** The muxer under test; both ends of a case share it. */
    protected abstract Muxer muxer();

    /** Runs when both ends of a case are closed: fails if the muxer itself keeps something, a buffer for example. */
    protected void nothingIsLeft() {}

    final MuxedPair pair(MemoryLink.Shape shape) {
        return new MuxedPair(muxer(), shape, this::nothingIsLeft);
    }

    final MuxedPair pair() {
        return pair(MemoryLink.Shape.PLAIN);
    }

    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] readAll(MuxedStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[10_000];
        int count;
        while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }

    static void write(MuxedStream stream, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        stream.write(bytes, 0, bytes.length);
    }

    static String read(MuxedStream stream) throws IOException {
        byte[] buffer = new byte[100];
        int count = stream.read(buffer, 0, buffer.length);
        return count < 0 ? "end" : new String(buffer, 0, count, UTF_8);
    }
}
