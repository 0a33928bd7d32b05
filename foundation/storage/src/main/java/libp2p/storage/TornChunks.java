package libp2p.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that a failure of the power has left in a file of the engine, which then opens it wrongly in several ways. It takes a
 * chunk whose middle is lost for whole. When it passes over the newest chunk because it is torn, it goes on from any
 * older one that it happens to find, although there are newer whole ones. And it leaves torn chunks where they are,
 * with versions that are higher than the one that it goes on from: such a chunk may look whole once others have been
 * written beside it, and would be taken for the newest the next time. In each case commits are gone that were
 * acknowledged. So the newest whole chunk is found here; the heads of the torn ones beyond are overwritten, and the
 * header of the file is made to name it.
 */
final class TornChunks {
    private static final System.Logger LOG = System.getLogger(StoreFile.class.getName());
    private static final int BLOCK = CheckedFile.BLOCK;
    private static final int HEAD = 128;
    /** A header is longer than the head of a chunk. */
    private static final int HEADER_BYTES = 256;
    /** Written whole or not at all by every disk; longer than a head or a header. */
    private static final int SECTOR = 512;
    /** Blocks of the header, which is there twice. */
    private static final int FIRST = 2;

    /** Blocks of a file before its first commit has been acknowledged, at most. */
    private static final int UNBORN = 16;

    private static final Pattern CHUNK = Pattern.compile(
            "chunk:([0-9a-f]{1,8}),(?:block:[0-9a-f]{1,15},)?len:([0-9a-f]{1,7}),.*?version:([0-9a-f]{1,15})[,\\s].*",
            Pattern.DOTALL);
    private static final Pattern HEADER = Pattern.compile("H:2,.*?,fletcher:[0-9a-f]{1,8}\\s.*", Pattern.DOTALL);

    private record Chunk(String id, long block, long blocks, long version) {}

    private final String name;
    private final List<Chunk> heads = new ArrayList<>();
    private final List<Chunk> whole = new ArrayList<>();
    private @Nullable String header;
    /** Whether nothing stands where the header should be. */
    private boolean blank = true;

    private long blocks;

    private TornChunks(String name) {
        this.name = name;
    }

    /** Reads a file that the engine does not have open. */
    static TornChunks scan(String name) throws IOException {
        TornChunks found = new TornChunks(name);
        try (FileChannel file = FilePath.get(name).open("r")) {
            found.read(file, (file.size() + BLOCK - 1) / BLOCK);
        }
        return found;
    }

    private void read(FileChannel file, long blocksOfFile) throws IOException {
        blocks = blocksOfFile;
        long end = FIRST;
        for (long block = 0; block < blocks; block++) {
            String head = text(read(file, block * BLOCK, block < FIRST ? HEADER_BYTES : HEAD));
            if (block < FIRST) {
                blank &= head.chars().allMatch(character -> character == 0);
                header = header == null && HEADER.matcher(head).matches() ? head : header;
                continue;
            }
            Chunk chunk = chunk(head, block);
            if (chunk == null) {
                continue;
            }
            heads.add(chunk);
            // what looks like a chunk inside a whole one is a value
            if (block >= end && block + chunk.blocks() <= blocks && isWhole(file, chunk)) {
                whole.add(chunk);
                end = block + chunk.blocks();
            }
        }
    }

    private static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {}
        return bytes.rewind();
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static @Nullable Chunk chunk(String text, long block) {
        Matcher parts = CHUNK.matcher(text);
        return parts.matches()
                ? new Chunk(
                        parts.group(1), block, Long.parseLong(parts.group(2), 16), Long.parseLong(parts.group(3), 16))
                : null;
    }

    private static boolean isWhole(FileChannel file, Chunk chunk) throws IOException {
        int length = Math.toIntExact(chunk.blocks() * BLOCK);
        ByteBuffer bytes = read(file, chunk.block() * BLOCK, length);
        Chunk foot = chunk(text(bytes.slice(length - HEAD, HEAD)), chunk.block());
        return chunk.equals(foot) && !CheckedFile.isTorn(bytes);
    }

    /** The version of the newest whole chunk before another version; 0 if there is none. */
    long newestBefore(long version) {
        return whole.stream()
                .mapToLong(Chunk::version)
                .filter(each -> each < version)
                .max()
                .orElse(0);
    }

    /** Whether there are chunks of higher versions. */
    boolean isAnyBeyond(long version) {
        return heads.stream().anyMatch(head -> head.version() > version && !isInside(head));
    }

    private boolean isInside(Chunk head) {
        return whole.stream().anyMatch(one -> one.block() < head.block() && head.block() < one.block() + one.blocks());
    }

    /** Whether the file is one of the engine at all. */
    boolean hasHeader() {
        return header != null;
    }

    /** Whether the file was just being made: no header yet, which is made durable with the first commit. */
    boolean isUnborn() {
        return blank && blocks <= UNBORN && heads.stream().allMatch(head -> head.version() <= 1);
    }

    /** Makes the file empty, so that the engine begins it anew. */
    void empty() throws IOException {
        try (FileChannel file = FilePath.get(name).open("rw")) {
            file.truncate(0);
            file.force(true);
        }
    }

    /**
     * Makes the engine go on from a version; durable when it returns.
     *
     * @throws IOException if the file has no header
     */
    void goOnFrom(long version) throws IOException {
        String template = header;
        if (template == null) {
            throw new IOException("datastore " + name + ": it is damaged, it has no header");
        }
        LOG.log(
                Level.WARNING,
                "datastore {0}: it was not closed, or is damaged; it goes on from version {1}",
                name,
                version);
        try (FileChannel file = FilePath.get(name).open("rw")) {
            for (Chunk head : heads) {
                if (head.version() > version && !isInside(head)) {
                    write(file, head.block(), new byte[HEAD]);
                }
            }
            file.force(false);
            for (Chunk chunk : whole) {
                if (chunk.version() == version) {
                    byte[] named = header(template, chunk);
                    for (int copy = FIRST - 1; copy >= 0; copy--) { // one of them is whole at any time
                        write(file, copy, named);
                        file.force(false);
                    }
                }
            }
        }
    }

    /** The header with another newest chunk, and without the mark of a file that was closed. */
    private static byte[] header(String template, Chunk chunk) {
        String text = template.replaceFirst(",fletcher:.*", "")
                .replaceFirst("(?s)\\s.*", "")
                .replaceFirst(",clean:1", "")
                .replaceFirst(",block:[0-9a-f]+", ",block:" + Long.toHexString(chunk.block()))
                .replaceFirst(",chunk:[0-9a-f]+", ",chunk:" + chunk.id())
                .replaceFirst(",version:[0-9a-f]+", ",version:" + Long.toHexString(chunk.version()));
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int sum = DataUtils.getFletcher32(bytes, 0, bytes.length);
        return (text + ",fletcher:" + Integer.toHexString(sum) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void write(FileChannel file, long block, byte[] head) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SECTOR).put(head).rewind();
        while (bytes.hasRemaining()) {
            file.write(bytes, block * BLOCK + bytes.position());
        }
    }
}
