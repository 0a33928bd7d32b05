package libp2p.storage;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;

/**
 * A file of the engine in which each chunk has a checksum of its content. The engine itself has checksums of what stands
 * at both ends of a chunk, so that a failure of the power that takes the middle goes unseen. The checksum stands behind
 * the last of the two, in place of spaces, in characters that the engine takes for spaces too: older versions read the
 * file.
 */
final class CheckedFile extends SingleFileStore {
    static final int BLOCK = 4096;
    /** Where the checksum stands, from the end of a chunk. */
    private static final int SUM_FROM_END = 17;

    private static final int DIGITS = 8;
    /** The digit 0: characters up to a space count as spaces. */
    private static final byte ZERO = 0x10;

    /** @param cacheMegabytes of entries that are kept in memory */
    CheckedFile(String name, int cacheMegabytes) {
        super(Map.of("cacheSize", cacheMegabytes));
        open(name, false, null);
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer bytes) {
        if (chunk != null && bytes.position() == 0 && bytes.remaining() == chunk.len * BLOCK) {
            int at = bytes.limit() - SUM_FROM_END;
            if (hasSpaces(bytes, at)) {
                int sum = sum(bytes);
                for (int i = 0; i < DIGITS; i++) {
                    bytes.put(at + i, (byte) (ZERO | sum >>> 4 * i & 0xf));
                }
            }
        }
        super.writeFully(chunk, position, bytes);
    }

    private static boolean hasSpaces(ByteBuffer bytes, int at) {
        for (int i = 0; i < DIGITS; i++) {
            if (bytes.get(at + i) != ' ') {
                return false;
            }
        }
        return true;
    }

    /** The checksum of everything before its own place. */
    private static int sum(ByteBuffer bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes.slice(0, bytes.limit() - SUM_FROM_END));
        return (int) sum.getValue();
    }

    /**
     * Whether everything that lives in the file is as it was written, by this version or an older one that wrote no
     * checksums. Reads all of it: the engine has checksums of the heads of chunks alone, and would give other bytes for
     * an entry.
     */
    boolean isWhole() {
        for (SFChunk chunk : getChunks().values()) {
            boolean lives = chunk == lastChunk || chunk.maxLenLive > 0;
            if (lives && chunk.block > 0 && isTorn(readFully(chunk, chunk.block * BLOCK, chunk.len * BLOCK))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bytes of a chunk are not what was written; false if an older version has written them. */
    static boolean isTorn(ByteBuffer chunk) {
        int at = chunk.limit() - SUM_FROM_END;
        int told = 0;
        for (int i = 0; i < DIGITS; i++) {
            byte digit = chunk.get(at + i);
            if ((digit & 0xf0) != ZERO) {
                return false;
            }
            told |= (digit & 0xf) << 4 * i;
        }
        return told != sum(chunk);
    }
}
