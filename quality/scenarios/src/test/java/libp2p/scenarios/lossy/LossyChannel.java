package libp2p.scenarios.lossy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file or a folder of a disk in memory, opened by a process. Closing forces nothing, but takes all locks of the
 * process on the file, as the kernel does.
 */
final class LossyChannel extends FileChannel {
    private final LossyFileSystem process;
    private final LossyDisk disk;
    private final DiskNode node;
    private final String path;
    private final boolean readable;
    private final boolean writable;
    private final boolean appending;
    private long position;

    LossyChannel(
            LossyFileSystem process,
            DiskNode node,
            String path,
            boolean readable,
            boolean writable,
            boolean appending) {
        this.process = process;
        this.disk = process.disk();
        this.node = node;
        this.path = path;
        this.readable = readable;
        this.writable = writable;
        this.appending = appending;
    }

    LossyFileSystem process() {
        return process;
    }

    private FileNode file() throws IOException {
        checkOpen();
        if (node instanceof FileNode file) {
            return file;
        }
        throw new IOException("Is a directory");
    }

    private void checkOpen() throws IOException {
        if (!isOpen()) {
            throw new java.nio.channels.ClosedChannelException();
        }
        disk.check();
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        if (!readable) {
            throw new NonReadableChannelException();
        }
        FileNode file = file();
        byte[] bytes = new byte[target.remaining()];
        int count;
        synchronized (disk) {
            count = from > Integer.MAX_VALUE ? -1 : file.read((int) from, bytes, 0, bytes.length);
        }
        if (bytes.length == 0) {
            return 0;
        }
        if (count > 0) {
            target.put(bytes, 0, count);
        }
        return count;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = read(target, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            int count = targets[i].hasRemaining() ? read(targets[i]) : 0;
            if (count < 0) {
                return sum == 0 ? count : sum;
            }
            sum += count;
        }
        return sum;
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        if (!writable) {
            throw new NonWritableChannelException();
        }
        FileNode file = file();
        if (!source.hasRemaining()) {
            return 0;
        }
        disk.step("write", path);
        synchronized (disk) {
            int count = source.remaining();
            long more = at + count - file.length();
            if (more > disk.free()) { // what fits is written, as the kernel does
                count = (int) (count - (more - disk.free()));
                if (count <= 0) {
                    throw new IOException("No space left on device");
                }
            }
            byte[] bytes = new byte[count];
            source.get(bytes);
            file.write(Math.toIntExact(at), bytes);
            return count;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = write(source, appending ? size() : position);
        position = appending ? size() : position + count;
        return count;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            while (sources[i].hasRemaining()) {
                sum += write(sources[i]);
            }
        }
        return sum;
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public FileChannel position(long value) throws IOException {
        checkOpen();
        position = value;
        return this;
    }

    @Override
    public long size() throws IOException {
        FileNode file = file();
        synchronized (disk) {
            return file.length();
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (!writable) {
            throw new NonWritableChannelException();
        }
        FileNode file = file();
        disk.step("truncate", path);
        synchronized (disk) {
            file.truncate((int) Math.min(size, Integer.MAX_VALUE));
            position = Math.min(position, size);
        }
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        checkOpen();
        disk.step(node instanceof FileNode ? "force" : "names", path);
        disk.force(node);
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, Math.max(0, size() - from)));
        read(bytes, from);
        return target.write(bytes.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 1 << 20));
        source.read(bytes);
        return write(bytes.flip(), at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException("files of this disk cannot be mapped");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) throws IOException {
        FileLock lock = tryLock(from, size, shared);
        if (lock == null) {
            throw new IOException("Resource deadlock avoided: another process has the lock");
        }
        return lock;
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) throws IOException {
        FileNode file = file();
        synchronized (disk) {
            List<LossyLock> held = process.locks().computeIfAbsent(file, key -> new ArrayList<>());
            for (LossyLock lock : held) {
                if (lock.overlaps(from, size)) {
                    if (lock.process() == process) {
                        throw new OverlappingFileLockException();
                    }
                    if (!shared || !lock.isShared()) {
                        return null;
                    }
                }
            }
            LossyLock lock = new LossyLock(this, from, size, shared);
            held.add(lock);
            return lock;
        }
    }

    void release(LossyLock lock) {
        synchronized (disk) {
            process.locks().values().forEach(held -> held.remove(lock));
        }
    }

    @Override
    protected void implCloseChannel() {
        if (node instanceof FileNode file) {
            synchronized (disk) {
                process.locks().getOrDefault(file, new ArrayList<>()).removeIf(lock -> lock.process() == process);
            }
        }
    }
}
