package libp2p.streams.engine;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * When the connections of a port are to be called: a heap by time. A time that moves away costs nothing, as the
 * connection is called at the earlier one and says the later one then. Thread-safe.
 */
public final class TimerHeap<E extends TimerHeap.Entry> {
    /** A connection, or anything else that is called at a time. */
    public abstract static class Entry {
        /** When it is to be called, and where it stands in the heap, whose lock guards both. */
        volatile long armed = Long.MAX_VALUE;

        int slot = -1;
    }

    private static final int FIRST = 16;
    /** By how much an alarm may be early. */
    private static final long SLACK = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LongConsumer alarm;
    private @Nullable Entry[] heap = new Entry[FIRST];
    private int size;
    /** The time for which the alarm is set. */
    private long told = Long.MAX_VALUE;

    /**
     * @param alarm is told a time at which {@link #pollDue} is to be called, or {@code Long.MAX_VALUE}; one call at a
     *     time
     */
    public TimerHeap(LongConsumer alarm) {
        this.alarm = alarm;
    }

    /**
     * A connection is to be called at a time, if it is not to be called sooner.
     *
     * @param when in nanoseconds of the environment, which are positive; anything before its beginning is now
     */
    public void add(E entry, long when) {
        long time = Math.max(when, 0); // the time until then must not overflow
        lock.lock();
        try {
            if (entry.slot < 0) {
                if (size == heap.length) {
                    heap = Arrays.copyOf(heap, 2 * size);
                }
                entry.armed = time;
                place(entry, size++);
            } else if (time < entry.armed) {
                entry.armed = time;
            }
            up(entry);
            if (heap[0] == entry) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A connection is not to be called any more. */
    public void remove(E entry) {
        lock.lock();
        try {
            take(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a connection whose time has come; null if there is none, and then the alarm is set for the next. */
    public @Nullable E pollDue(long now) {
        lock.lock();
        try {
            E first = first();
            if (first == null || first.armed > now) {
                if (now >= told - SLACK) {
                    told = Long.MAX_VALUE; // the alarm has gone off
                }
                tell();
                return null;
            }
            take(first);
            return first;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked") // nothing else is added
    private @Nullable E first() {
        return (E) heap[0];
    }

    private void tell() {
        Entry first = heap[0];
        long next = first == null ? Long.MAX_VALUE : first.armed;
        if (next < told) { // a later one would cost more than a call in vain
            told = next;
            alarm.accept(next);
        }
    }

    private void place(Entry entry, int slot) {
        heap[slot] = entry;
        entry.slot = slot;
    }

    private void take(Entry entry) {
        int slot = entry.slot;
        if (slot < 0) {
            return;
        }
        entry.slot = -1;
        entry.armed = Long.MAX_VALUE;
        Entry last = heap[--size];
        heap[size] = null;
        if (last != null && last != entry) {
            place(last, slot);
            up(last);
            down(last);
        }
    }

    private void up(Entry entry) {
        int slot = entry.slot;
        while (slot > 0) {
            int parent = (slot - 1) / 2;
            Entry other = heap[parent];
            if (other == null || other.armed <= entry.armed) {
                break;
            }
            place(other, slot);
            slot = parent;
        }
        place(entry, slot);
    }

    private void down(Entry entry) {
        int slot = entry.slot;
        while (true) {
            int child = 2 * slot + 1;
            if (child >= size) {
                break;
            }
            Entry least = heap[child];
            Entry other = child + 1 < size ? heap[child + 1] : null;
            if (least == null || other != null && other.armed < least.armed) {
                least = other;
            }
            if (least == null || least.armed >= entry.armed) {
                break;
            }
            int freed = least.slot;
            place(least, slot);
            slot = freed;
        }
        place(entry, slot);
    }
}
