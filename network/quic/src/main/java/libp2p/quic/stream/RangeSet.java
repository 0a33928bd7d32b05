package libp2p.quic.stream;

import java.util.Arrays;

/** Ranges of offsets in order, none touching another. One thread at a time. */
final class RangeSet {
    private static final int FIRST = 4;

    private static final long[] NONE = {};

    private long[] from = NONE;
    private long[] to = NONE;
    private int count;

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long from(int range) {
        return from[range];
    }

    long to(int range) {
        return to[range];
    }

    /** Adds a range; empty ones are nothing. */
    void add(long start, long end) {
        if (start >= end) {
            return;
        }
        int first = reaching(start);
        int last = first; // ranges from first to last are swallowed
        long lower = start;
        long upper = end;
        while (last < count && from[last] <= end) {
            lower = Math.min(lower, from[last]);
            upper = Math.max(upper, to[last]);
            last++;
        }
        if (last == first) {
            insert(first, start, end);
            return;
        }
        from[first] = lower;
        to[first] = upper;
        delete(first + 1, last);
    }

    /** The first range that ends at an offset or behind it, or {@link #size}, as most of the time. */
    int reaching(long offset) {
        if (count == 0 || to[count - 1] < offset) {
            return count;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (to[middle] >= offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void insert(int at, long start, long end) {
        if (count == from.length) {
            from = Arrays.copyOf(from, Math.max(FIRST, 2 * count));
            to = Arrays.copyOf(to, Math.max(FIRST, 2 * count));
        }
        System.arraycopy(from, at, from, at + 1, count - at);
        System.arraycopy(to, at, to, at + 1, count - at);
        from[at] = start;
        to[at] = end;
        count++;
    }

    private void delete(int first, int last) {
        System.arraycopy(from, last, from, first, count - last);
        System.arraycopy(to, last, to, first, count - last);
        count -= last - first;
    }

    /** Takes a range away. */
    void remove(long start, long end) {
        int at = reaching(start);
        while (at < count && start < end) {
            if (to[at] <= start) {
                at++;
            } else if (from[at] >= end) {
                return;
            } else if (from[at] < start && to[at] > end) {
                insert(at + 1, end, to[at]);
                to[at] = start;
                return;
            } else if (from[at] < start) {
                to[at] = start;
                at++;
            } else if (to[at] > end) {
                from[at] = end;
                return;
            } else {
                delete(at, at + 1);
            }
        }
    }

    /** Whether every offset of a range is in it. */
    boolean contains(long start, long end) {
        for (int i = 0; i < count; i++) {
            if (from[i] <= start && end <= to[i]) {
                return true;
            }
        }
        return start >= end;
    }

    void clear() {
        count = 0;
    }
}
