package libp2p.transports.quic;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * When the connections of a port are to be called: a heap by time. A time that moves away costs nothing, as the
 * connection is called at the earlier one and says the later one then. Thread-safe.
 */
final class Deadlines {
    private static final int FIRST = 16;
    /** By how much an alarm may be early. */
    private static final long SLACK = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LongConsumer alarm;
    private @Nullable QuicConnection[] heap = new QuicConnection[FIRST];
    private int size;
    /** The time for which the alarm is set. */
    private long told = Long.MAX_VALUE;

    /**
     * @param alarm is told a time at which {@link #pollDue} is to be called, or {@code Long.MAX_VALUE}; one call at a
     *     time
     */
    Deadlines(LongConsumer alarm) {
        this.alarm = alarm;
    }

    /** A connection is to be called at a time, if it is not to be called sooner. */
    void add(QuicConnection connection, long time) {
        lock.lock();
        try {
            if (connection.slot < 0) {
                if (size == heap.length) {
                    heap = Arrays.copyOf(heap, 2 * size);
                }
                connection.armed = time;
                place(connection, size++);
            } else if (time < connection.armed) {
                connection.armed = time;
            }
            up(connection);
            if (heap[0] == connection) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A connection is not to be called any more. */
    void remove(QuicConnection connection) {
        lock.lock();
        try {
            take(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a connection whose time has come; null if there is none, and then the alarm is set for the next. */
    @Nullable
    QuicConnection pollDue(long now) {
        lock.lock();
        try {
            QuicConnection first = heap[0];
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

    private void tell() {
        QuicConnection first = heap[0];
        long next = first == null ? Long.MAX_VALUE : first.armed;
        if (next < told) { // a later one would cost more than a call in vain
            told = next;
            alarm.accept(next);
        }
    }

    private void place(QuicConnection connection, int slot) {
        heap[slot] = connection;
        connection.slot = slot;
    }

    private void take(QuicConnection connection) {
        int slot = connection.slot;
        if (slot < 0) {
            return;
        }
        connection.slot = -1;
        connection.armed = Long.MAX_VALUE;
        QuicConnection last = heap[--size];
        heap[size] = null;
        if (last != null && last != connection) {
            place(last, slot);
            up(last);
            down(last);
        }
    }

    private void up(QuicConnection connection) {
        int slot = connection.slot;
        while (slot > 0) {
            int parent = (slot - 1) / 2;
            QuicConnection other = heap[parent];
            if (other == null || other.armed <= connection.armed) {
                break;
            }
            place(other, slot);
            slot = parent;
        }
        place(connection, slot);
    }

    private void down(QuicConnection connection) {
        int slot = connection.slot;
        while (true) {
            int child = 2 * slot + 1;
            if (child >= size) {
                break;
            }
            QuicConnection least = heap[child];
            QuicConnection other = child + 1 < size ? heap[child + 1] : null;
            if (least == null || other != null && other.armed < least.armed) {
                least = other;
            }
            if (least == null || least.armed >= connection.armed) {
                break;
            }
            int freed = least.slot;
            place(least, slot);
            slot = freed;
        }
        place(connection, slot);
    }
}
