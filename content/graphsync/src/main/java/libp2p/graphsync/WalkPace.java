package libp2p.graphsync;

import java.io.IOException;
import java.util.function.LongSupplier;
import libp2p.ipld.ContentException;

/**
 * The pace of a walk for a peer. Nothing takes the processor from a virtual thread, and a selector and a few blocks of a
 * stranger can make a walk of hours. So other threads go first after each millisecond of work, requests that wait for a
 * slot get it in turns, and walks that bring their peer nothing have half of a processor for all of that peer's, and an
 * end. One thread.
 */
final class WalkPace {
    private static final long SLICE = 1_000_000;
    /** Work that may be barren at full speed: looking for the place where an earlier request ended. */
    private static final long GRACE = 1_000_000_000;
    /** Longest work that is counted as one slice: what is beyond was waiting for the disk. */
    private static final long LONGEST = 100 * SLICE;

    /** Waits. */
    @FunctionalInterface
    interface Rest {
        /** Waits so many nanoseconds, or until the request is to end. */
        void rest(long nanos) throws IOException;
    }

    private final LongSupplier nanoTime;
    private final Runnable yield;
    private final Rest rest;
    private final TaskQueue taskQueue;
    private final TaskQueue.Place place;
    private final long turn;
    private final GraphSyncLimits limits;
    private boolean hasSlot;
    private boolean isSending;
    private long turnBegan;
    private long workBegan;
    private long barren;

    WalkPace(
            LongSupplier nanoTime,
            Runnable yield,
            Rest rest,
            TaskQueue taskQueue,
            TaskQueue.Place place,
            GraphSyncLimits limits) {
        this.nanoTime = nanoTime;
        this.yield = yield;
        this.rest = rest;
        this.taskQueue = taskQueue;
        this.place = place;
        this.limits = limits;
        turn = limits.turn().toNanos();
    }

    /** Waits for a slot; there is none for a request that was withdrawn, whose next step ends it. */
    void begin() throws IOException {
        hasSlot = taskQueue.take(place);
        turnBegan = nanoTime.getAsLong();
        workBegan = turnBegan;
    }

    /** Gives the slot back, if there is one. */
    void end() {
        if (hasSlot) {
            hasSlot = false;
            taskQueue.release(place.peer());
        } else if (isSending) {
            isSending = false;
            taskQueue.leave(place.peer());
        }
    }

    /** A block goes to the peer. */
    void fruitful() {
        barren = 0;
    }

    /** A message goes to the peer, who reads it when it likes: others have the slot until {@link #sent}. */
    void sending() {
        if (hasSlot) {
            hasSlot = false;
            isSending = true;
            taskQueue.rest(place.peer());
        }
    }

    /** A message has gone, and the walk goes on: waits for a slot. The time until now was not work. */
    void sent() throws IOException {
        if (isSending) {
            isSending = false;
            hasSlot = taskQueue.resume(place);
        }
        turnBegan = nanoTime.getAsLong();
        workBegan = turnBegan;
    }

    /**
     * Between two steps of the walk.
     *
     * @throws ContentException if it has brought its peer nothing for too long
     */
    void step() throws IOException {
        long now = nanoTime.getAsLong();
        long slice = Math.min(LONGEST, now - workBegan);
        if (slice >= SLICE) {
            barren += slice;
            if (barren > limits.barren().toNanos()) {
                throw new ContentException(
                        "a walk of " + limits.barren().toSeconds() + " s without a block for its peer");
            }
            yield.run();
            if (barren > GRACE) {
                rest.rest(slice * (2L * taskQueue.running(place.peer()) - 1));
            }
            workBegan = nanoTime.getAsLong();
        }
        if (hasSlot && now - turnBegan >= turn) {
            hasSlot = false;
            hasSlot = taskQueue.pass(place);
            turnBegan = nanoTime.getAsLong();
            workBegan = turnBegan;
        }
    }
}
