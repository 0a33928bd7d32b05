package libp2p.quic.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a stream from the first that is not acknowledged to the last that was written, in chunks that go back
 * when their bytes are acknowledged. Lost ranges are sent again from the same bytes.
 */
final class SendBuffer {
    private static final int FIRST = 4;
    private static final byte[] NONE = {};
    private static final byte[][] NO_RING = {};
    private static final long[] NO_STARTS = {};

    private final StreamChunks pool;
    /** A ring of chunks from the oldest on, and the offset at which each begins. */
    private byte[][] ring = NO_RING;

    private long[] starts = NO_STARTS;
    private int head;
    private int count;
    /** The chunk, counted from the oldest, from which was copied last: most copies go on there. */
    private int cursor;

    private long acknowledged;
    private long sent;
    private long written;
    private final RangeSet acknowledgedAbove = new RangeSet();
    private final RangeSet lost = new RangeSet();

    SendBuffer(StreamChunks pool) {
        this.pool = pool;
    }

    /** Number of bytes held. */
    int held() {
        return (int) (written - acknowledged);
    }

    long sent() {
        return sent;
    }

    long written() {
        return written;
    }

    /** The end of what is acknowledged without a gap. */
    long acknowledged() {
        return acknowledged;
    }

    RangeSet lost() {
        return lost;
    }

    private int index(int chunk) {
        return head + chunk & ring.length - 1;
    }

    /** Takes the first bytes of a buffer. */
    void write(ByteBuffer source, int length) {
        int done = 0;
        while (done < length) {
            int room = count == 0 ? 0 : room();
            if (room == 0) {
                append(length - done);
                room = room();
            }
            int last = index(count - 1);
            int part = Math.min(room, length - done);
            source.get(ring[last], (int) (written - starts[last]), part);
            done += part;
            written += part;
        }
    }

    private int room() {
        int last = index(count - 1);
        return (int) (starts[last] + ring[last].length - written);
    }

    private void append(int wanted) {
        if (count == ring.length) {
            int size = Math.max(FIRST, 2 * count);
            byte[][] larger = new byte[size][];
            long[] offsets = new long[size];
            for (int i = 0; i < count; i++) {
                larger[i] = ring[index(i)];
                offsets[i] = starts[index(i)];
            }
            Arrays.fill(larger, count, size, NONE);
            ring = larger;
            starts = offsets;
            head = 0;
        }
        int at = index(count++);
        ring[at] = count == 1 && wanted <= StreamChunks.SMALL ? new byte[StreamChunks.SMALL] : pool.take();
        starts[at] = written;
    }

    /** Copies what stands at an offset. */
    void copy(long offset, byte[] target, int at, int length) {
        int done = 0;
        while (done < length) {
            int chunk = index(find(offset + done));
            int inside = (int) (offset + done - starts[chunk]);
            int part = Math.min(length - done, ring[chunk].length - inside);
            System.arraycopy(ring[chunk], inside, target, at + done, part);
            done += part;
        }
    }

    private int find(long offset) {
        int at = cursor < count && starts[index(cursor)] <= offset ? cursor : 0;
        while (at + 1 < count && starts[index(at + 1)] <= offset) {
            at++;
        }
        cursor = at;
        return at;
    }

    /** Bytes leave for the first time. */
    void advance(int length) {
        sent += length;
    }

    void acknowledged(long from, long to) {
        if (from > acknowledged) {
            acknowledgedAbove.add(from, to);
            lost.remove(from, to);
            return;
        }
        if (to <= acknowledged) {
            return;
        }
        acknowledged = to;
        while (!acknowledgedAbove.isEmpty() && acknowledgedAbove.from(0) <= acknowledged) {
            acknowledged = Math.max(acknowledged, acknowledgedAbove.to(0));
            acknowledgedAbove.remove(acknowledgedAbove.from(0), acknowledgedAbove.to(0));
        }
        if (!lost.isEmpty()) {
            lost.remove(0, acknowledged);
        }
        release();
    }

    /** Gives the chunks back of which nothing is held. */
    private void release() {
        while (count > 0 && (acknowledged == written || count > 1 && starts[index(1)] <= acknowledged)) {
            pool.give(ring[head]);
            ring[head] = NONE;
            head = index(1);
            count--;
            cursor = Math.max(0, cursor - 1);
        }
        if (count == 0 && ring.length > FIRST) {
            ring = NO_RING;
            starts = NO_STARTS;
            head = 0;
        }
    }

    /** Bytes have to be sent again unless they have arrived all the same. */
    void lost(long from, long to) {
        long start = Math.max(from, acknowledged);
        lost.add(start, to);
        // nothing else that is lost has arrived, and a remote may acknowledge thousands of small ranges
        for (int i = acknowledgedAbove.reaching(start);
                i < acknowledgedAbove.size() && acknowledgedAbove.from(i) < to;
                i++) {
            lost.remove(acknowledgedAbove.from(i), acknowledgedAbove.to(i));
        }
    }

    /** Forgets everything from an offset on. */
    void truncate(long end) {
        lost.remove(end, Long.MAX_VALUE);
        written = Math.max(Math.min(written, end), acknowledged);
        sent = Math.min(sent, written);
        acknowledgedAbove.remove(written, Long.MAX_VALUE); // else the gap that closes ends behind what is held
        while (count > 0 && starts[index(count - 1)] >= written) {
            int last = index(--count);
            pool.give(ring[last]);
            ring[last] = NONE;
        }
        release();
    }
}
