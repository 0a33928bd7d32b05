package libp2p.node.content;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The frames between a command and the node: the command's words, then pieces of its output, then its exit code.
 */
final class Frames {
    static final int EXIT = 0;
    static final int OUT = 1;
    static final int ERR = 2;
    private static final int WORDS = 100_000;
    private static final int WORD_BYTES = 65_535;
    /** Bytes of a piece of output, at most. */
    static final int PIECE = 1 << 17;
    /** Bytes before a piece, and of an exit code: the kind, and a length or the code. */
    static final int HEAD = 1 + Integer.BYTES;

    private Frames() {}

    static void writeWords(DataOutputStream out, List<String> words) throws IOException {
        if (words.size() > WORDS) {
            throw new IOException("more than " + WORDS + " words");
        }
        out.writeInt(words.size());
        for (String word : words) {
            out.writeUTF(word);
        }
        out.flush();
    }

    static List<String> readWords(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 1 || count > WORDS) {
            throw new IOException(count + " words of at most " + WORD_BYTES + " bytes");
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(in.readUTF());
        }
        return words;
    }

    /** A stream whose bytes go into frames of a kind. */
    static OutputStream stream(DataOutputStream out, ReentrantLock lock, int kind) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                lock.lock();
                try {
                    for (int at = 0; at < length; at += PIECE) {
                        int count = Math.min(PIECE, length - at);
                        out.writeByte(kind);
                        out.writeInt(count);
                        out.write(bytes, offset + at, count);
                    }
                    out.flush();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    static int pieceLength(int length) throws IOException {
        if (length < 0 || length > PIECE) {
            throw new IOException("a piece of " + length + " bytes");
        }
        return length;
    }
}
