package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.FileClaim;
import libp2p.core.datastore.Folders;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;

/**
 * The files of the log: records one after the other, each with a checksum over its length, type, key and data. Every
 * call holds its thread for the disk. Reading and {@link #force} are for any thread, everything else for one at a time.
 */
final class SegmentFiles implements AutoCloseable {
    static final byte BLOCK = RecordFormat.BLOCK;
    static final byte REMOVAL = RecordFormat.REMOVAL;
    static final byte END = RecordFormat.END;

    /** Stays in the processor's cache between the copy into it and the kernel's copy out of it. */
    private static final int STAGING = 256 << 10;
    /** Bytes that are read by one call of the kernel. */
    private static final int PIECE = 256 << 10;

    /** The highest number of a file, whose name is still found when the store is opened. */
    private static final int LAST = 999_999_999;

    /** A record that is to be written. */
    record Entry(byte type, Multihash hash, byte[] data) {}

    private final Path folder;
    private final BlockStoreLimits limits;
    private final FileClaim lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeSet<Integer> numbers = new TreeSet<>();
    private final LogKey key;
    private final RecordFormat format;
    private final DiskReserve reserve;
    private final ForcedMark mark;
    private volatile FileChannel active;
    private volatile int activeNumber;
    private volatile long activeSize;
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING);
    private volatile int failedFile = -1;
    private volatile int sealed = -1;
    private volatile int behind = -1;
    private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

    /** Opens the files of a folder, or makes it. */
    static SegmentFiles open(Environment environment, Path folder, BlockStoreLimits limits) throws IOException {
        Folders.create(folder);
        FileClaim lockFile = FileClaim.locked(folder.resolve("lock"));
        if (lockFile == null) {
            throw new StoreException("block store " + folder + ": another process uses it", null);
        }
        try {
            return new SegmentFiles(environment, folder, limits, lockFile);
        } catch (IOException | RuntimeException e) {
            lockFile.close(); // or a disk that fails once could not be tried again
            throw e;
        }
    }

    private SegmentFiles(Environment environment, Path folder, BlockStoreLimits limits, FileClaim lockFile)
            throws IOException {
        this.folder = folder;
        this.limits = limits;
        this.lockFile = lockFile;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.blocks")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.matches("([0-9]{8}|[1-9][0-9]{8})\\.blocks")) {
                    int number = Integer.parseInt(name.substring(0, name.indexOf('.')));
                    numbers.add(number);
                    ends.put(number, Files.size(file));
                }
            }
        }
        key = LogKey.open(environment, folder, numbers.isEmpty() ? 0 : numbers.last() + 1);
        mark = new ForcedMark(folder, key);
        reserve = new DiskReserve(environment, folder);
        format = new RecordFormat(key, Math.max(limits.blockBytes(), BlockStoreLimits.DEFAULT.blockBytes()));
        activeNumber = numbers.isEmpty() ? 0 : numbers.last();
        active = channel(activeNumber, StandardOpenOption.CREATE);
        Folders.force(folder); // the file, and that of the lock
        activeSize = active.size();
        active.position(activeSize);
        ends.remove(activeNumber);
    }

    /** @param options of the opening besides to read and to write */
    private FileChannel channel(int number, OpenOption... options) throws IOException {
        lock.lock();
        try {
            FileChannel channel = open.get(number);
            if (channel == null || !channel.isOpen()) {
                Set<OpenOption> all = new HashSet<>(List.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
                all.addAll(List.of(options));
                channel = FileChannel.open(path(number), all);
                open.put(number, channel);
                numbers.add(number);
                closeLeastUsed(number);
            }
            return channel;
        } catch (NoSuchFileException e) {
            numbers.remove(number);
            throw gone(number);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the file that was used longest ago, but not one that is written to, if there are more than may be open. */
    private void closeLeastUsed(int opened) throws IOException {
        var oldest = open.entrySet().iterator();
        while (open.size() > limits.openFiles() && oldest.hasNext()) {
            Map.Entry<Integer, FileChannel> next = oldest.next();
            if (next.getKey() != activeNumber && next.getKey() != opened) {
                oldest.remove();
                next.getValue().close();
            }
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
        return number == activeNumber ? activeSize : Files.size(path(number));
    }

    /**
     * Appends records, which are durable after {@link #force}. After a failure the file is as it was before.
     *
     * @return where each stands
     */
    List<Location> append(List<Entry> entries) throws IOException {
        try {
            List<Location> locations = write(entries);
            if (activeSize >= DiskReserve.WORTH && !reserve.isThere()) {
                reserve.make();
            }
            return locations;
        } catch (IOException e) {
            if (entries.stream().allMatch(entry -> entry.type() == BLOCK) || !reserve.release()) {
                throw e;
            }
            return write(entries); // removals give more room back than they take
        }
    }

    /** Has the disk have a little room, even if it is full. */
    void releaseReserve() throws IOException {
        reserve.release();
    }

    private List<Location> write(List<Entry> entries) throws IOException {
        if (activeSize == 0) {
            writeEnd();
        }
        long before = activeSize;
        try {
            List<Location> locations = new ArrayList<>(entries.size());
            long at = before;
            for (Entry entry : entries) {
                if (at >= limits.segmentBytes() || isSealed()) {
                    writeStaged();
                    activeSize = at;
                    next();
                    at = activeSize;
                    before = at;
                }
                locations.add(new Location(activeNumber, at, entry.data().length));
                ByteBuffer head = format.head(entry, activeNumber, at);
                at += head.remaining() + entry.data().length;
                stage(head);
                stage(ByteBuffer.wrap(entry.data()));
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
    void next() throws IOException {
        if (activeNumber > failedFile) {
            force();
        }
        int number = Math.max(activeNumber, behind) + 1;
        if (number > LAST) {
            throw new StoreException(path(activeNumber) + " has the last number: move it away if it is foreign", null);
        }
        FileChannel channel = channel(number, StandardOpenOption.CREATE);
        Folders.force(folder);
        ends.put(activeNumber, activeNumber <= failedFile ? 0 : activeSize);
        active = channel;
        activeSize = active.size();
        activeNumber = number; // last: a force beside this may take the end of the former file for an earlier one, only
        active.position(activeSize);
        if (activeSize == 0) {
            writeEnd();
        }
    }

    /**
     * Begins the last file with the end of the one before, so that it is noticed when that has lost it. A disk that does
     * not take it is asked again with the first record.
     */
    private void writeEnd() {
        Integer before;
        lock.lock();
        try {
            before = numbers.lower(activeNumber);
        } finally {
            lock.unlock();
        }
        long size = before == null ? 0 : ends.getOrDefault(before, 0L);
        if (before == null || size == 0) {
            return;
        }
        Entry end = RecordFormat.end(before, size);
        try {
            stage(format.head(end, activeNumber, 0));
            stage(ByteBuffer.wrap(end.data()));
            writeStaged();
            activeSize = active.position();
        } catch (IOException full) {
            staging.clear();
            try {
                active.truncate(0);
                active.position(0);
            } catch (IOException again) {
                failedFile = Math.max(activeNumber, failedFile);
            }
        }
    }

    /** Whether the last file has nothing but what it began with. */
    boolean isActiveFresh() {
        return activeSize <= RecordFormat.END_BYTES;
    }

    /** Whether the next record begins another file. */
    private boolean isSealed() {
        return activeNumber <= failedFile || sealed == activeNumber || !key.binds(activeNumber) && key != LogKey.NONE;
    }

    /** Has the next record begin another file. */
    void seal() {
        sealed = activeNumber;
    }

    /** The files that do not change any more, and the bytes that each has at least. */
    Map<Integer, Long> ends() {
        return Map.copyOf(ends);
    }

    /** Has the next record begin a file behind the one of a number, and behind all that exist. */
    void goOnBehind(int number) {
        behind = Math.max(behind, number);
        seal();
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
     * Makes everything durable that was appended before the call (fsync); another thread may append meanwhile. After a failure
     * the next records go into another file, since it is unknown what the disk has of this one.
     */
    void force() throws IOException {
        int number = activeNumber;
        long size = activeSize;
        try {
            active.force(false);
            mark.forced(number, size);
        } catch (IOException e) {
            failedFile = Math.max(number, failedFile);
            throw e;
        }
    }

    /** A point up to which the log was forced. */
    ForcedMark mark() {
        return mark;
    }

    /** The last file that could not be forced, −1 if there is none: unacknowledged blocks in it may be lost. */
    int failedFile() {
        return failedFile;
    }

    /**
     * The data of a block.
     *
     * @throws CorruptBlockException if what is there is not the block, or the file is gone, perhaps because its blocks have moved
     * @throws IOException if the disk fails
     */
    byte[] read(Multihash hash, Location location) throws IOException {
        FileChannel channel = channelOf(location.segment());
        ByteBuffer in = ByteBuffer.allocate(format.headBytes(location.segment(), hash));
        readFully(channel, in, location, location.offset());
        RecordFormat.Head head = format.head(in.array(), 0, in.limit(), location.segment(), location.offset());
        if (head == null && !key.binds(location.segment())) { // bound to a place by a key that is lost
            in = ByteBuffer.allocate(RecordFormat.recordBytes(hash, 0));
            readFully(channel, in, location, location.offset());
            head = format.head(in.array(), 0, in.limit(), location.segment(), location.offset());
        }
        Multihash found = head == null ? null : RecordFormat.hash(head, in.array());
        if (head == null
                || found == null
                || head.length() != location.size()
                || head.meaning() != BLOCK
                || !hash.equals(found)) {
            throw damaged(location, "the head of another record, or none, stands there");
        }
        byte[] data = new byte[location.size()];
        readFully(channel, ByteBuffer.wrap(data), location, location.offset() + head.bytes());
        if (!format.isWhole(head, in.array(), data, 0, location.segment(), location.offset())) {
            throw damaged(location, "its checksum is wrong");
        }
        return data;
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
                throw gone(number);
            }
        } finally {
            lock.unlock();
        }
        return channel(number);
    }

    private CorruptBlockException gone(int number) {
        return new CorruptBlockException(
                "block store " + folder + ": file " + path(number).getFileName() + " is gone");
    }

    private CorruptBlockException damaged(Location location, String what) {
        return new CorruptBlockException("block store " + folder + ": a record of "
                + path(location.segment()).getFileName() + " at " + location.offset() + " is damaged: " + what);
    }

    /** Gives the records of a file from an offset on to the visitor. */
    LogScan.Outcome scan(int number, long offset, LogScan.Visitor visitor) throws IOException {
        return new LogScan(channelOf(number), format, number).run(offset, visitor);
    }

    /**
     * Cuts what is no record off the end of the last file, and keeps it beside the log. If it is too large for that, or
     * the disk does not take it, it stays where it is, and the next record begins another file.
     *
     * @return what has become of it, for people
     */
    String cutTail(long size) throws IOException {
        Path kept;
        try {
            kept = new TruncatedTails(folder)
                    .keep(active, String.format("%s.%010d", path(activeNumber).getFileName(), size), size, activeSize);
        } catch (IOException e) {
            seal();
            return "it stays there, and the log goes on in another file, since it could not be kept elsewhere: "
                    + e.getMessage();
        }
        mark.cut(activeNumber, size);
        active.truncate(size);
        active.position(size);
        active.force(true);
        activeSize = size;
        return "it was cut off and kept as " + kept + ", which may be deleted";
    }

    /** The path of a file. */
    Path path(int number) {
        return folder.resolve(String.format("%08d.blocks", number));
    }

    /** Cuts a file that is not written to; what stands behind is not needed. */
    void truncate(int number, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(path(number), StandardOpenOption.WRITE)) {
            channel.truncate(size);
            channel.force(true);
        }
        ends.put(number, size);
    }

    /** Whether the disk has less than a tenth of its space left. */
    boolean isSpaceShort() {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.getUsableSpace() < store.getTotalSpace() / 10;
        } catch (IOException | RuntimeException e) { // not every file system knows
            return false;
        }
    }

    /** Removes a file whose blocks have moved. */
    void remove(int number) throws IOException {
        lock.lock();
        try {
            numbers.remove(number);
            ends.remove(number);
            FileChannel channel = open.remove(number);
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(path(number));
            Folders.force(folder);
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
            mark.close();
            lockFile.close();
        } finally {
            lock.unlock();
        }
    }
}
