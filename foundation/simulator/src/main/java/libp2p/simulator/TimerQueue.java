package libp2p.simulator;

import java.util.ArrayList;

/** The events to come, earliest first: a binary heap whose events know their place, so that any can be taken out. */
final class TimerQueue {
    private final ArrayList<Event> heap = new ArrayList<>();
    private long orders;

    boolean isEmpty() {
        return heap.isEmpty();
    }

    int size() {
        return heap.size();
    }

    /** When the earliest event is due; the queue must not be empty. */
    long earliest() {
        return heap.getFirst().time;
    }

    void add(Event event, long time) {
        if (event.slot >= 0) {
            throw new IllegalStateException("already scheduled");
        }
        event.time = time;
        event.order = orders++;
        heap.add(event);
        siftUp(heap.size() - 1, event);
    }

    /** Takes an event out; does nothing if it is not in. */
    @SuppressWarnings("ReferenceEquality") // an event is itself
    void remove(Event event) {
        int slot = event.slot;
        if (slot < 0) {
            return;
        }
        event.slot = -1;
        Event last = heap.removeLast();
        if (last != event) {
            siftDown(slot, last);
            if (last.slot == slot) {
                siftUp(slot, last);
            }
        }
    }

    Event removeEarliest() {
        Event first = heap.getFirst();
        remove(first);
        return first;
    }

    private void siftUp(int from, Event event) {
        int slot = from;
        while (slot > 0) {
            int parent = (slot - 1) >>> 1;
            if (!before(event, heap.get(parent))) {
                break;
            }
            place(slot, heap.get(parent));
            slot = parent;
        }
        place(slot, event);
    }

    private void siftDown(int from, Event event) {
        int slot = from;
        int size = heap.size();
        int half = size >>> 1;
        while (slot < half) {
            int child = 2 * slot + 1;
            if (child + 1 < size && before(heap.get(child + 1), heap.get(child))) {
                child++;
            }
            if (!before(heap.get(child), event)) {
                break;
            }
            place(slot, heap.get(child));
            slot = child;
        }
        place(slot, event);
    }

    private void place(int slot, Event event) {
        heap.set(slot, event);
        event.slot = slot;
    }

    private static boolean before(Event a, Event b) {
        return a.time < b.time || (a.time == b.time && a.order < b.order);
    }
}
