package libp2p.blocks;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import libp2p.core.datastore.Folders;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The secret of a log, which binds each record to its file and its offset: data of blocks comes from strangers, who may
 * hide records in it, but who do not know what a record at that place has to look like. Stands in two files beside the
 * log; if both are lost, records are believed when their data hashes to their key. Immutable.
 *
 * @param first number of the first file whose records are bound; those before are of earlier versions, or of a key that
 *     is lost
 */
record LogKey(long high, long low, int first) {
    /** Of a log on a disk that did not take a key: its records are not bound. */
    static final LogKey NONE = new LogKey(0, 0, Integer.MAX_VALUE);

    private static final System.Logger LOG = System.getLogger(SegmentBlockStore.class.getName());
    private static final byte[] MAGIC = "p2plogk1".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 32;
    private static final String[] NAMES = {"key", "key.copy"};

    /**
     * Reads the key of a log, or makes one; blocks for the disk.
     *
     * @param next number of the next file of the log, for a new key
     */
    static LogKey open(Environment environment, Path folder, int next) throws IOException {
        @Nullable LogKey[] found = new LogKey[NAMES.length];
        LogKey newest = null;
        for (int i = 0; i < NAMES.length; i++) {
            found[i] = read(folder.resolve(NAMES[i]));
            if (found[i] != null && (newest == null || found[i].first > newest.first)) {
                newest = found[i];
            }
        }
        try {
            if (newest == null) {
                newest = create(environment, folder, next);
            }
            for (int i = 0; i < NAMES.length; i++) {
                if (!newest.equals(found[i])) {
                    newest.write(folder, NAMES[i]);
                }
            }
            return newest;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "block store {0}: its key cannot be written: {1}", folder, e.getMessage());
            return newest != null && Arrays.asList(found).contains(newest) ? newest : NONE;
        }
    }

    private static LogKey create(Environment environment, Path folder, int next) {
        if (next > 0) {
            LOG.log(
                    Level.INFO,
                    "block store {0}: records are bound to their locations from file {1} on",
                    folder,
                    Integer.toString(next));
        }
        byte[] secret = new byte[2 * Long.BYTES];
        environment.secureRandom(secret);
        ByteBuffer in = ByteBuffer.wrap(secret);
        return new LogKey(in.getLong(), in.getLong(), next);
    }

    private static @Nullable LogKey read(Path file) throws IOException {
        byte[] content;
        try {
            content = content(file);
        } catch (NoSuchFileException e) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(content);
        if (content.length == BYTES
                && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && in.getInt(BYTES - 4) == sum(content)) {
            in.position(MAGIC.length);
            return new LogKey(in.getLong(), in.getLong(), in.getInt());
        }
        LOG.log(Level.WARNING, "{0} is damaged, and is written again", file);
        return null;
    }

    /** All of a small file; an error names it, which that of a folder in its place would not. */
    static byte[] content(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static int sum(byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content, 0, BYTES - 4);
        return (int) sum.getValue();
    }

    private void write(Path folder, String name) throws IOException {
        byte[] content = ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .putLong(high)
                .putLong(low)
                .putInt(first)
                .array();
        ByteBuffer out = ByteBuffer.wrap(content).putInt(BYTES - 4, sum(content));
        Path temporary = folder.resolve(name + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.force(true);
        }
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        Folders.force(folder);
    }

    /** Whether the records of a file are bound to their places by this key. */
    boolean binds(int segment) {
        return segment >= first;
    }

    /**
     * The mask of the sums of the record at a place: the upper half into that of its head, the lower half into
     * that of all. The sums never leave the store, so that no hash made for signatures is needed.
     */
    long mask(int segment, long offset) {
        return mix(mix(high ^ offset) ^ low ^ segment * 0x9e3779b97f4a7c15L);
    }

    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
