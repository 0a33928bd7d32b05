package libp2p.simulator;

import org.jspecify.annotations.Nullable;

/** Segments in order, linked to each other: an empty queue costs next to nothing. */
final class SegmentQueue {
    private @Nullable Segment first;
    private @Nullable Segment last;

    boolean isEmpty() {
        return first == null;
    }

    /** The first segment; there must be one. */
    Segment first() {
        Segment segment = first;
        if (segment == null) {
            throw new IllegalStateException("empty");
        }
        return segment;
    }

    void add(Segment segment) {
        if (last == null) {
            first = segment;
        } else {
            last.next = segment;
        }
        last = segment;
    }

    Segment removeFirst() {
        Segment removed = first();
        first = removed.next;
        if (first == null) {
            last = null;
        }
        removed.next = null;
        return removed;
    }

    void clear() {
        first = null;
        last = null;
    }
}
