package libp2p.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.FileClaim;
import libp2p.core.datastore.Folders;
import libp2p.core.datastore.OwnerOnly;
import libp2p.core.environment.Environment;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * A datastore in one file. A write has been forced to the disk when it returns, and is whole or absent after any end of
 * the process; writes of several threads share one force. Reads may see what is not forced yet. A write that fails, as
 * on a full disk, has not been made; acknowledged writes can still be read, scans that were under way fail, and later
 * writes succeed as soon as the disk takes them. One process at a time has the file. Thread-safe; disk calls run on the
 * platform pool of the environment, so an interrupt ends the wait of the caller only: whether its write is made is open
 * then.
 *
 * <p>Lazily durable writes stay in memory, where reads find them, and reach the engine together: when their time is up,
 * when they take half of their room ({@link DatastoreLimits#lazyChanges}, {@link DatastoreLimits#lazyBytes}), and with the next durable
 * write, scan, {@link #sync} or {@link #close}. A lazy write waits only while there is no room. The commit begins so
 * early that it ends in time if it takes no longer than twice the last ones.
 */
public final class FileDatastore implements Datastore {
    private final Environment environment;
    private final String name;
    private final DatastoreLimits limits;
    private final StoreFile file;
    private final LazyChanges lazy;
    private final WriteQueue queue;
    private final @Nullable FileClaim claim;

    private FileDatastore(
            Environment environment,
            String name,
            DatastoreLimits limits,
            StoreFile file,
            LazyChanges lazy,
            @Nullable FileClaim claim) {
        this.claim = claim;
        this.environment = environment;
        this.name = name;
        this.limits = limits;
        this.file = file;
        this.lazy = lazy;
        queue = new WriteQueue(environment, limits, file::commit);
    }

    /** Opens the file, or makes it and the folder it is in; blocks for the disk. */
    public static FileDatastore open(Environment environment, Path file) throws IOException {
        return open(environment, file, DatastoreLimits.DEFAULT);
    }

    /**
     * Opens the file, or makes it and the folder it is in; blocks for the disk.
     *
     * @throws IOException saying so if another process has it, if it cannot be written, if every user may write to its folder, or
     *     if it is not a datastore
     */
    public static FileDatastore open(Environment environment, Path file, DatastoreLimits limits) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " names no file");
        }
        OwnerOnly.requireNotOpenToAll(folder);
        try {
            OwnerOnly.folder(folder);
        } catch (IOException e) {
            if (e instanceof FileSystemException failed
                    && String.valueOf(failed.getReason()).contains("Read-only file system")) {
                throw new IOException("datastore " + file + " is read-only", e);
            }
            throw new IOException("the folder of datastore " + file + " cannot be made: " + e, e);
        }
        if (!Files.isWritable(Files.exists(absolute) ? absolute : folder)) {
            throw new IOException("datastore " + file + " is read-only");
        }
        FileClaim claim = FileClaim.of(absolute);
        if (claim == null) {
            throw new IOException("datastore " + file + ": another process uses it, or this one");
        }
        FileDatastore opened = null;
        try {
            boolean fresh = Files.notExists(absolute); // where files have no owners
            opened = open(environment, absolute.toString(), limits, claim);
            if (fresh) {
                Folders.force(folder);
            }
            return opened;
        } finally {
            if (opened == null) {
                claim.close();
            }
        }
    }

    /** Opens a file by a name that may hold a scheme of the engine's file systems. */
    static FileDatastore open(Environment environment, String name, DatastoreLimits limits) throws IOException {
        return open(environment, name, limits, null);
    }

    private static FileDatastore open(
            Environment environment, String name, DatastoreLimits limits, @Nullable FileClaim claim)
            throws IOException {
        LazyChanges lazy = new LazyChanges(limits);
        StoreFile file = offload(environment, name, () -> new StoreFile(name, limits, lazy));
        return new FileDatastore(environment, name, limits, file, lazy, claim);
    }

    /** Names the file, for people. */
    @Override
    public String toString() {
        return "datastore " + name;
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        Change change = lazy.find(key);
        if (change != null) {
            byte[] value = change.value();
            return value == null ? null : value.clone();
        }
        return offload(environment, name, () -> {
            queue.checkOpen();
            byte[] value = file.<byte @Nullable []>read(opened -> opened.map().get(key));
            return value == null ? null : value.clone();
        });
    }

    @Override
    public void write(List<Change> batch) throws IOException {
        limits.check(batch);
        try {
            queue.write(batch);
        } catch (MVStoreException e) {
            throw explained(name, e);
        }
    }

    @Override
    public boolean has(byte[] key) throws IOException {
        Change change = lazy.find(key);
        if (change != null) {
            return change.value() != null;
        }
        return offload(environment, name, () -> {
            queue.checkOpen();
            return file.read(opened -> opened.map().containsKey(key));
        });
    }

    @Override
    public void writeLazily(List<Change> batch, Duration within) throws IOException {
        limits.check(batch);
        if (!limits.mayWait(batch)) {
            lazy.throwLost();
            write(batch);
            return;
        }
        lazy.add(WriteQueue.copy(batch), queue::commitSoon);
        queue.commitWithin(within);
    }

    @Override
    public void sync() throws IOException {
        lazy.throwLost();
        write(List.of());
    }

    @Override
    public Entries scan(Scan scan) throws IOException {
        return offload(environment, name, () -> {
            queue.checkOpen();
            file.applyLazy();
            return file.read(opened -> new StoredEntries(environment, name, opened.store(), opened.map(), scan));
        });
    }

    /**
     * Makes the writes durable that were taken, also lazily; later ones are refused. Idempotent.
     *
     * @throws IOException also if lazily durable writes are lost and no call has said so
     */
    @Override
    public void close() throws IOException {
        lazy.close();
        if (queue.close()) {
            try {
                offload(environment, name, () -> {
                    file.close();
                    return name;
                });
            } finally {
                if (claim != null) {
                    claim.close();
                }
            }
            lazy.throwLost();
        }
    }

    /** Runs a call on the platform pool; its failures say which file it was and what is wrong with it. */
    static <T extends @Nullable Object> T offload(Environment environment, String file, Callable<T> call)
            throws IOException {
        try {
            return environment.offload(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for datastore " + file);
        } catch (MVStoreException e) {
            throw explained(file, e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("datastore " + file + ": " + e, e);
        }
    }

    private static IOException explained(String file, MVStoreException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String what = switch (failure.getErrorCode()) {
            case org.h2.mvstore.DataUtils.ERROR_FILE_LOCKED -> "another process uses it";
            case org.h2.mvstore.DataUtils.ERROR_FILE_CORRUPT -> "it is damaged, or no datastore";
            case org.h2.mvstore.DataUtils.ERROR_UNSUPPORTED_FORMAT -> "its format is not known";
            case org.h2.mvstore.DataUtils.ERROR_WRITING_FAILED -> "it cannot be written";
            case org.h2.mvstore.DataUtils.ERROR_CLOSED -> "it is closed";
            default -> "it failed";
        };
        return new IOException("datastore " + file + ": " + what + " (" + root.getMessage() + ")", failure);
    }
}
