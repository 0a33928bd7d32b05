package libp2p.node;

import java.io.IOException;
import java.util.Arrays;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;

/** Sends a pattern that depends on the position, reads it back at the same time, and compares. */
final class EchoCheck {
    private static final int CHUNK = 32 * 1024;

    private EchoCheck() {}

    static boolean run(Environment environment, Stream stream, long size) throws IOException, InterruptedException {
        IOException[] failure = new IOException[1];
        Thread writer = environment.start("echo-writer", () -> {
            try {
                byte[] chunk = new byte[CHUNK];
                for (long position = 0; position < size; position += CHUNK) {
                    int count = (int) Math.min(CHUNK, size - position);
                    fill(chunk, position);
                    stream.write(chunk, 0, count);
                }
                stream.closeWrite();
            } catch (IOException e) {
                failure[0] = e;
                stream.reset(0);
            }
        });
        byte[] expected = new byte[CHUNK];
        byte[] got = new byte[CHUNK];
        boolean equal = true;
        long position = 0;
        while (position < size) {
            int wanted = (int) Math.min(CHUNK, size - position);
            if (stream.input().readNBytes(got, 0, wanted) < wanted) {
                equal = false;
                break;
            }
            fill(expected, position);
            equal &= Arrays.equals(expected, 0, wanted, got, 0, wanted);
            position += wanted;
        }
        equal &= stream.read(got, 0, 1) < 0;
        writer.join();
        if (failure[0] != null) {
            throw failure[0];
        }
        return equal;
    }

    private static void fill(byte[] chunk, long position) {
        long value = position * 0x9e3779b97f4a7c15L + 1;
        for (int i = 0; i < chunk.length; i++) {
            value ^= value << 13;
            value ^= value >>> 7;
            value ^= value << 17;
            chunk[i] = (byte) value;
        }
    }
}
