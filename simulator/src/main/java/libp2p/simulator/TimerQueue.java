package libp2p.simulator;

import java.util.Arrays;

/** The events to come, earliest first: a binary heap whose events know their place, so that any can be taken out. */
final class TimerQueue {
    private Event[] heap = new Event[64];
    private int size;
    private long orders;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** When the earliest event is due; the queue must not be empty. */
    long earliest() {
        return heap[0].time;
    }

    void add(Event event, long time) {
        if (event.slot >= 0) {
            throw new IllegalStateException("already scheduled");
        }
        event.time = time;
        event.order = orders++;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(size++, event);
    }

    /** Takes an event out; does nothing if it is not in. */
    void remove(Event event) {
        int slot = event.slot;
        if (slot < 0) {
            return;
        }
        event.slot = -1;
        Event last = heap[--size];
        heap[size] = null;
        if (last != event) {
            siftDown(slot, last);
            if (heap[slot] == last) {
                siftUp(slot, last);
            }
        }
    }

    Event removeEarliest() {
        Event first = heap[0];
        remove(first);
        return first;
    }

    private void siftUp(int from, Event event) {
        int slot = from;
        while (slot > 0) {
            int parent = (slot - 1) >>> 1;
            if (!before(event, heap[parent])) {
                break;
            }
            place(slot, heap[parent]);
            slot = parent;
        }
        place(slot, event);
    }

    private void siftDown(int from, Event event) {
        int slot = from;
        int half = size >>> 1;
        while (slot < half) {
            int child = 2 * slot + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], event)) {
                break;
            }
            place(slot, heap[child]);
            slot = child;
        }
        place(slot, event);
    }

    private void place(int slot, Event event) {
        heap[slot] = event;
        event.slot = slot;
    }

    private static boolean before(Event a, Event b) {
        return a.time < b.time || a.time == b.time && a.order < b.order;
    }
}
