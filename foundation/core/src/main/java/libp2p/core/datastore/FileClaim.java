package libp2p.core.datastore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that this process locks. The kernel drops all locks that a process has on a file as soon as the
 * process closes any channel to it: a second opening in the same process has to be refused before it has a channel, or
 * its end unlocks the file for other processes. One entry for each claim that is not closed. Thread-safe.
 */
public final class FileClaim implements AutoCloseable {
    private static final ReentrantLock LOCK = new ReentrantLock();
    /** Belongs to the process, as the locks of the kernel do; a file system that has gone takes its files along. */
    private static final Map<FileSystem, Set<Object>> CLAIMED = new WeakHashMap<>();

    private final Object key;
    private final Path file;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable FileChannel locked;

    private FileClaim(Object key, Path file) {
        this.key = key;
        this.file = file;
    }

    /**
     * Claims a file, or returns null if this process has claimed it, by whatever name; blocks for the disk.
     *
     * @param file made if it is not there
     */
    public static @Nullable FileClaim of(Path file) throws IOException {
        OwnerOnly.file(file);
        Object id = Files.exists(file)
                ? Files.readAttributes(file, BasicFileAttributes.class).fileKey()
                : null;
        Object key = id == null ? file.toAbsolutePath().normalize().toString() : id;
        LOCK.lock();
        try {
            Set<Object> ofFileSystem = CLAIMED.computeIfAbsent(file.getFileSystem(), fresh -> new HashSet<>());
            return ofFileSystem.add(key) ? new FileClaim(key, file) : null;
        } finally {
            LOCK.unlock();
        }
    }

    /** Claims a file and locks it, or returns null if another process has locked it, or this one; blocks for the disk. */
    public static @Nullable FileClaim locked(Path file) throws IOException {
        FileClaim claim = of(file);
        if (claim != null && !claim.lock()) {
            claim.close();
            return null;
        }
        return claim;
    }

    private boolean lock() throws IOException {
        boolean done = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel;
            boolean mine = channel.tryLock() != null;
            done = true;
            return mine;
        } catch (OverlappingFileLockException e) {
            done = true;
            return false; // code of this process has it that does not claim
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Gives the file free; to be called after the last channel to it was closed. Idempotent. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            FileChannel channel = locked;
            try {
                if (channel != null) {
                    channel.close();
                }
            } finally {
                release();
            }
        }
    }

    private void release() {
        LOCK.lock();
        try {
            Set<Object> ofFileSystem = CLAIMED.get(file.getFileSystem());
            if (ofFileSystem != null) {
                ofFileSystem.remove(key);
            }
        } finally {
            LOCK.unlock();
        }
    }
}
