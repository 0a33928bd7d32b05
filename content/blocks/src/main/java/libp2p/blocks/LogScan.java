package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a file of the log in order, and goes on behind what is damaged. Where even the head of a record
 * is damaged the next record is searched for, byte by byte. The data of blocks belongs to strangers, who may hide
 * records in it: from the first search on only blocks count whose data hashes to their key, and removals that the key
 * of the log binds to their place. A search costs at most {@value #MOST_READ} times the bytes of the file. One thread.
 */
final class LogScan {
    private static final int WINDOW = 1 << 20;
    private static final int MOST_READ = 10;
    /** Pieces that are listed: a disk that loses some loses many. */
    private static final int TOLD = LogDamages.MOST;

    /** Gets the records of a file in order. */
    interface Visitor {
        /** @param end behind the record */
        void record(long offset, long end, SegmentFiles.Entry entry) throws IOException;

        /** A piece before the record that follows is damaged; called for those that are listed in the outcome. */
        void damaged(Damage damage);
    }

    /**
     * A piece of a file that is no record.
     *
     * @param hash of the block that it was, if its head is whole
     */
    record Damage(long from, long to, @Nullable Multihash hash) {}

    /**
     * The result of reading a file.
     *
     * @param end behind the last good record
     * @param size of the file
     * @param damages before the end; only the first {@value LogDamages#MOST} are listed
     * @param tail damages behind the end
     * @param damagedBytes of all before the end
     * @param found blocks that a search has found
     * @param whole whether the file was read to its end; if not, it may have more
     */
    record Outcome(
            long end,
            long size,
            List<Damage> damages,
            List<Damage> tail,
            long damagedBytes,
            long found,
            boolean whole) {}

    private final FileChannel channel;
    private final RecordFormat format;
    private final int segment;
    private final long size;
    private byte[] window = new byte[WINDOW];
    private long windowAt;
    private int windowBytes;
    private long left;
    private boolean searched;

    LogScan(FileChannel channel, RecordFormat format, int segment) throws IOException {
        this.channel = channel;
        this.format = format;
        this.segment = segment;
        size = channel.size();
        left = Math.max(WINDOW, size) * MOST_READ;
    }

    /** A record, or what is known of one that is damaged. */
    private record Found(
            long end,
            SegmentFiles.@Nullable Entry entry,
            @Nullable Multihash hash) {}

    /** Reads from an offset on; blocks for the disk. */
    Outcome run(long from, Visitor visitor) throws IOException {
        List<Damage> damages = new ArrayList<>();
        List<Damage> pending = new ArrayList<>();
        long at = from;
        long end = from;
        long damaged = 0;
        long pendingBytes = 0;
        long found = 0;
        boolean whole = true;
        while (at < size) {
            Found record = record(at);
            long next = record != null ? record.end : search(at + 1);
            if (next < 0) {
                whole = left >= 0;
                break;
            }
            if (record == null || record.entry == null) {
                pendingBytes += next - at;
                if (damages.size() + pending.size() < TOLD) {
                    pending.add(new Damage(at, next, record == null ? null : record.hash));
                }
            } else {
                damages.addAll(pending);
                pending.forEach(visitor::damaged);
                damaged += pendingBytes;
                pending.clear();
                pendingBytes = 0;
                visitor.record(at, record.end, record.entry);
                found += searched && record.entry.type() == RecordFormat.BLOCK ? 1 : 0;
                end = record.end;
            }
            at = next;
        }
        return new Outcome(end, size, damages, pending, damaged, found, whole);
    }

    /** The content at an offset: a record, one whose data alone is damaged, or null. */
    private @Nullable Found record(long at) throws IOException {
        int headTo = load(at, (int) Math.min(RecordFormat.LONGEST_HEAD, size - at));
        RecordFormat.Head head = format.head(window, (int) (at - windowAt), headTo, segment, at);
        if (head == null || head.recordBytes() > size - at) {
            return null;
        }
        int to = load(at, (int) head.recordBytes());
        int start = (int) (at - windowAt);
        head = format.head(window, start, to, segment, at); // the window may have moved
        Multihash hash = head == null ? null : RecordFormat.hash(head, window);
        if (head == null || hash == null) {
            return null;
        }
        if (searched) {
            left -= head.recordBytes();
        }
        int dataAt = start + head.bytes();
        boolean good = format.isWhole(head, window, window, dataAt, segment, at)
                && (!searched
                        || head.meaning() == RecordFormat.REMOVAL && head.isSure()
                        || head.meaning() == RecordFormat.BLOCK
                                && RecordFormat.hashes(hash, window, dataAt, head.length()));
        if (!good) {
            return head.isSure() ? new Found(at + head.recordBytes(), null, hash) : null;
        }
        byte[] data = Arrays.copyOfRange(window, dataAt, dataAt + head.length());
        return new Found(at + head.recordBytes(), new SegmentFiles.Entry(head.meaning(), hash, data), hash);
    }

    /** Has the window hold some bytes from an offset on; returns the index behind the last of those that it got. */
    private int load(long at, int bytes) throws IOException {
        if (at < windowAt || at + bytes > windowAt + windowBytes) {
            byte[] target = bytes <= window.length ? window : new byte[bytes];
            int had = 0;
            if (at >= windowAt && at < windowAt + windowBytes) {
                had = (int) (windowAt + windowBytes - at);
                System.arraycopy(window, (int) (at - windowAt), target, 0, had);
            }
            window = target;
            windowAt = at;
            windowBytes = had;
            while (windowBytes < window.length) {
                int count = channel.read(
                        ByteBuffer.wrap(window, windowBytes, window.length - windowBytes), at + windowBytes);
                if (count < 0) {
                    break;
                }
                left -= searched ? count : 0;
                windowBytes += count;
            }
        }
        return (int) Math.min(at - windowAt + bytes, windowBytes);
    }

    /** The next offset at which a record stands, or −1. */
    private long search(long from) throws IOException {
        searched = true;
        for (long at = from; size - at >= RecordFormat.SHORTEST && left >= 0; at++) {
            if (at < windowAt || at + RecordFormat.SHORTEST > windowAt + windowBytes) {
                load(at, RecordFormat.SHORTEST);
            }
            if (format.mayBegin(window, (int) (at - windowAt))) {
                Found record = record(at);
                if (record != null) {
                    return at;
                }
            }
        }
        return -1;
    }
}
