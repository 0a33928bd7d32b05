package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The files of the log: records one after the other, each with a checksum over its length, type, key and data. Every
 * call holds its thread for the disk. Reading and {@link #force} are for any thread, everything else for one at a time.
 */
final class SegmentFiles implements AutoCloseable {
    static final byte BLOCK = 1;
    static final byte REMOVAL = 2;
    /**
     * In the type of a record: its checksum is a CRC-32, which every compiler of the JVM makes native code of. Without
     * it, as files of older versions have it, the checksum is a CRC-32C.
     */
    private static final byte CRC_32 = 0x10;

    private static final int HEADER = 10;
    private static final int SCAN_BUFFER = 1 << 20;
    /** Stays in the processor's cache between the copy into it and the kernel's copy out of it. */
    private static final int STAGING = 256 << 10;
    /** Bytes that are read by one call of the kernel. */
    private static final int PIECE = 256 << 10;

    /** A record that is to be written. */
    record Entry(byte type, Multihash hash, byte[] data) {
        int recordBytes() {
            return SegmentFiles.recordBytes(hash, data.length);
        }
    }

    /** Gets the records of a file in order. */
    @FunctionalInterface
    interface Visitor {
        void record(long offset, Entry entry) throws IOException;
    }

    private final Path folder;
    private final Limits limits;
    private final FileChannel lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeSet<Integer> numbers = new TreeSet<>();
    private volatile FileChannel active;
    private volatile int activeNumber;
    private volatile long activeSize;
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING);
    private volatile int failedFile = -1;

    SegmentFiles(Path folder, Limits limits) throws IOException {
        this.folder = folder;
        this.limits = limits;
        Files.createDirectories(folder);
        lockFile = lock(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.blocks")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.matches("[0-9]{8}\\.blocks")) {
                    numbers.add(Integer.parseInt(name.substring(0, 8)));
                }
            }
        }
        activeNumber = numbers.isEmpty() ? 0 : numbers.last();
        active = channel(activeNumber);
        activeSize = active.size();
        active.position(activeSize);
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = file.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            file.close();
            throw new StoreException("block store " + folder + ": another process uses it", null);
        }
        return file;
    }

    static int recordBytes(Multihash hash, int dataBytes) {
        return HEADER + hash.size() + dataBytes;
    }

    private Path path(int number) {
        return folder.resolve(String.format("%08d.blocks", number));
    }

    private FileChannel channel(int number) throws IOException {
        lock.lock();
        try {
            FileChannel channel = open.get(number);
            if (channel == null || !channel.isOpen()) {
                channel = FileChannel.open(
                        path(number), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                open.put(number, channel);
                numbers.add(number);
                if (open.size() > limits.openFiles()) {
                    var oldest = open.entrySet().iterator();
                    Map.Entry<Integer, FileChannel> first = oldest.next();
                    if (first.getKey() != activeNumber) {
                        oldest.remove();
                        first.getValue().close();
                    }
                }
            }
            return channel;
        } finally {
            lock.unlock();
        }
    }

    /** The numbers of the files, in order. */
    List<Integer> numbers() {
        lock.lock();
        try {
            return new ArrayList<>(numbers);
        } finally {
            lock.unlock();
        }
    }

    int activeNumber() {
        return activeNumber;
    }

    long activeSize() {
        return activeSize;
    }

    long size(int number) throws IOException {
        return number == activeNumber ? activeSize : channel(number).size();
    }

    /**
     * Appends records, which are durable after {@link #force}. After a failure the file is as it was before.
     *
     * @return where each stands
     */
    List<Location> append(List<Entry> entries) throws IOException {
        long before = activeSize;
        try {
            List<Location> locations = new ArrayList<>(entries.size());
            long at = before;
            for (Entry entry : entries) {
                if (at >= limits.segmentBytes() || activeNumber <= failedFile) {
                    writeStaged();
                    activeSize = at;
                    next();
                    at = activeSize;
                    before = at;
                }
                locations.add(new Location(activeNumber, at, entry.data().length));
                stage(head(entry));
                stage(ByteBuffer.wrap(entry.data()));
                at += entry.recordBytes();
            }
            writeStaged();
            activeSize = at;
            return locations;
        } catch (IOException | RuntimeException | Error e) {
            staging.clear();
            try {
                active.truncate(before);
                active.position(before);
                activeSize = before;
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Begins another file; the content of the one before is durable then, or was never acknowledged. */
    private void next() throws IOException {
        if (activeNumber > failedFile) {
            force();
        }
        int number = activeNumber + 1;
        active = channel(number);
        activeNumber = number;
        activeSize = active.size();
        active.position(activeSize);
    }

    private void stage(ByteBuffer piece) throws IOException {
        int end = piece.limit();
        while (piece.position() < end) {
            if (!staging.hasRemaining()) {
                writeStaged();
            }
            piece.limit(Math.min(end, piece.position() + staging.remaining()));
            staging.put(piece);
        }
    }

    private void writeStaged() throws IOException {
        staging.flip();
        while (staging.hasRemaining()) {
            active.write(staging);
        }
        staging.clear();
    }

    /**
     * Makes everything durable that was appended before the call; another thread may append meanwhile. After a failure
     * the next records go into another file, since nobody knows what the disk has of this one.
     */
    void force() throws IOException {
        int number = activeNumber;
        try {
            active.force(false);
        } catch (IOException e) {
            failedFile = Math.max(number, failedFile);
            throw e;
        }
    }

    /** The last file that could not be forced, −1 if there is none: unacknowledged blocks in it may be lost. */
    int failedFile() {
        return failedFile;
    }

    private static ByteBuffer head(Entry entry) {
        ByteBuffer head = ByteBuffer.allocate(HEADER + entry.hash().size());
        head.position(4);
        byte type = (byte) (entry.type() | CRC_32);
        head.putInt(entry.data().length).put(type).put((byte) entry.hash().size());
        entry.hash().writeTo(head);
        Checksum sum = checksum(type);
        sum.update(head.array(), 4, head.position() - 4);
        sum.update(entry.data());
        return head.putInt(0, (int) sum.getValue()).flip();
    }

    private static Checksum checksum(byte type) {
        return (type & CRC_32) == 0 ? new CRC32C() : new CRC32();
    }

    private static byte meaning(byte type) {
        return (byte) (type & ~CRC_32);
    }

    /**
     * The data of a block.
     *
     * @throws DamagedException if what is there is not the block, or the file is gone, perhaps because its blocks have moved
     * @throws IOException if the disk fails
     */
    byte[] read(Multihash hash, Location location) throws IOException {
        FileChannel channel = channelOf(location.segment());
        ByteBuffer head = ByteBuffer.allocate(HEADER + hash.size());
        byte[] data = new byte[location.size()];
        readFully(channel, head, location, location.offset());
        readFully(channel, ByteBuffer.wrap(data), location, location.offset() + head.capacity());
        int expected = head.flip().getInt();
        int length = head.getInt();
        byte type = head.get();
        boolean matches = length == data.length
                && meaning(type) == BLOCK
                && (head.get() & 0xff) == hash.size()
                && head.equals(key(hash));
        Checksum sum = checksum(type);
        sum.update(head.array(), 4, head.capacity() - 4);
        sum.update(data);
        if (!matches || (int) sum.getValue() != expected) {
            throw damaged(location, "its checksum is wrong");
        }
        return data;
    }

    private static ByteBuffer key(Multihash hash) {
        ByteBuffer key = ByteBuffer.allocate(hash.size());
        hash.writeTo(key);
        return key.flip();
    }

    private void readFully(FileChannel channel, ByteBuffer target, Location location, long from) throws IOException {
        int end = target.limit();
        while (target.position() < end) {
            target.limit(Math.min(end, target.position() + PIECE)); // the JDK keeps a native buffer of this size
            if (channel.read(target, from + target.position()) < 0) {
                throw damaged(location, "it ends too early");
            }
        }
    }

    private FileChannel channelOf(int number) throws IOException {
        lock.lock();
        try {
            if (!numbers.contains(number)) {
                throw new DamagedException("block store " + folder + ": file " + number + " is gone");
            }
        } finally {
            lock.unlock();
        }
        return channel(number);
    }

    private DamagedException damaged(Location location, String what) {
        return new DamagedException("block store " + folder + ": a record of "
                + path(location.segment()).getFileName() + " at " + location.offset() + " is damaged: " + what);
    }

    /** The record that a buffer holds from its position on, which moves behind it; null if there is none. */
    private static @Nullable Entry entry(ByteBuffer in) {
        if (in.remaining() < HEADER) {
            return null;
        }
        int start = in.position();
        int expected = in.getInt();
        int length = in.getInt();
        byte type = in.get();
        int keyLength = in.get() & 0xff;
        if (length < 0 || in.remaining() - keyLength < length) {
            in.position(start);
            return null;
        }
        Checksum sum = checksum(type);
        sum.update(in.array(), start + 4, HEADER - 4 + keyLength + length);
        if ((int) sum.getValue() != expected) {
            in.position(start);
            return null;
        }
        byte[] key = new byte[keyLength];
        in.get(key);
        byte[] data = new byte[length];
        in.get(data);
        try {
            return new Entry(meaning(type), Multihash.fromBytes(key), data);
        } catch (MalformedException e) {
            in.position(start);
            return null;
        }
    }

    /**
     * Gives the records from an offset on to the visitor, to the end of the file or to the first that is damaged.
     *
     * @return the offset behind the last good record
     */
    long scan(int number, long offset, Visitor visitor) throws IOException {
        FileChannel channel = channelOf(number);
        ByteBuffer buffer = ByteBuffer.allocate(SCAN_BUFFER);
        long at = offset;
        long fileSize = channel.size();
        buffer.limit(0);
        while (at < fileSize) {
            int start = buffer.position();
            Entry entry = entry(buffer);
            if (entry != null) {
                visitor.record(at, entry);
                at += buffer.position() - start;
                continue;
            }
            int needed = needed(buffer);
            if (needed > limits.blockBytes() + HEADER + 255 || needed > fileSize - at || needed <= buffer.remaining()) {
                return at;
            }
            ByteBuffer larger = ByteBuffer.allocate(Math.max(SCAN_BUFFER, needed));
            int had = buffer.remaining();
            larger.put(buffer);
            while (larger.hasRemaining()) {
                int count = channel.read(larger, at + larger.position());
                if (count < 0) {
                    break;
                }
            }
            buffer = larger.flip();
            if (buffer.remaining() == had) {
                return at;
            }
        }
        return at;
    }

    private static int needed(ByteBuffer in) {
        if (in.remaining() < HEADER) {
            return HEADER;
        }
        int length = in.getInt(in.position() + 4);
        return length < 0
                ? Integer.MAX_VALUE
                : (int) Math.min(Integer.MAX_VALUE, HEADER + (long) length + (in.get(in.position() + 9) & 0xff));
    }

    /** Cuts the last file behind its last good record. */
    void truncateActive(long size) throws IOException {
        active.truncate(size);
        active.position(size);
        active.force(true);
        activeSize = size;
    }

    /** Removes a file whose blocks have moved. */
    void remove(int number) throws IOException {
        lock.lock();
        try {
            numbers.remove(number);
            FileChannel channel = open.remove(number);
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(path(number));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            for (FileChannel channel : open.values()) {
                channel.close();
            }
            open.clear();
            lockFile.close();
        } finally {
            lock.unlock();
        }
    }
}
