package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A point up to which the log was forced to the disk, in the file {@code forced} beside it, so that it is noticed when
 * the last file of the log has lost what was acknowledged. It is written after each force, before anything is
 * acknowledged, and not forced itself: the end of a process loses nothing of it, and after a failure of the power it
 * may name an earlier point, or none. Thread-safe; holds its thread for the disk.
 */
final class ForcedMark implements AutoCloseable {
    private static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

    private final Path file;
    private final LogKey key;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileChannel channel;
    private volatile int segment = -1;
    private volatile long offset;

    /** Reads the mark of a log, if there is one that belongs to its key. */
    ForcedMark(Path folder, LogKey key) throws IOException {
        file = folder.resolve("forced");
        this.key = key;
        if (Files.exists(file)) {
            ByteBuffer in = ByteBuffer.wrap(LogKey.content(file));
            if (in.limit() == BYTES && in.getLong(Integer.BYTES + Long.BYTES) == check(in.getInt(0), in.getLong(4))) {
                segment = in.getInt();
                offset = in.getLong();
            }
        }
    }

    private long check(int number, long at) {
        return ~key.mask(number, at);
    }

    /** File of the point; −1 if none is known. */
    int segment() {
        return segment;
    }

    /** The point in its file. */
    long offset() {
        return offset;
    }

    /** The log was forced up to a point; an earlier one than is known changes nothing. */
    void forced(int number, long at) {
        lock.lock();
        try {
            if (number > segment || number == segment && at > offset) {
                write(number, at, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The log is to be cut at a point, unless that is behind the one that is known. */
    void cut(int number, long at) {
        lock.lock();
        try {
            if (number == segment && at < offset) {
                write(number, at, true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A write that the disk does not take leaves the point unknown, or an earlier one. */
    private void write(int number, long at, boolean forces) {
        segment = number;
        offset = at;
        ByteBuffer out = ByteBuffer.allocate(BYTES)
                .putInt(number)
                .putLong(at)
                .putLong(check(number, at))
                .flip();
        try {
            FileChannel opened = channel;
            if (opened == null) {
                opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                channel = opened;
            }
            while (out.hasRemaining()) {
                opened.write(out, out.position());
            }
            if (forces) {
                opened.force(true);
            }
        } catch (IOException full) {
            System.getLogger(SegmentBlockStore.class.getName())
                    .log(System.Logger.Level.DEBUG, "{0} was not written: {1}", file, full.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
