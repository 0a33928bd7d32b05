package libp2p.core.messaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one peer has yet to be sent. Messages of a more urgent priority leave first, those of one priority
 * in the order in which they came. The queue is bounded in messages and bytes; a message that finds no room takes that
 * of less urgent messages, the oldest of the least urgent first, or is dropped. A message that waits longer than its
 * time is dropped too. Every drop is counted. Adding never blocks, so that a slow peer holds up no other peer.
 * Thread-safe.
 *
 * @param <M> messages
 */
public final class OutboundQueue<M> {

    /**
     * Messages that were not sent.
     *
     * @param noRoom messages that found no room, or whose room a more urgent one took
     * @param expired messages whose time passed while they waited
     */
    public record Drops(long noRoom, long expired) {}

    private record Waiting<M>(M message, int bytes, long expires) {}

    private final Environment environment;
    private final OutboundQueueLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition filled;
    private final List<ArrayDeque<Waiting<M>>> priorities;
    private final long[] noRoom;
    private final long[] expired;
    private final int[] waiting;
    private final long[] waitingBytes;
    private int messages;
    private long bytes;
    /** No message that waits expires before. */
    private long earliest = Long.MAX_VALUE;

    private boolean closed;

    /** @param priorities at least 1; priority 0 is the most urgent */
    public OutboundQueue(Environment environment, int priorities, OutboundQueueLimits limits) {
        if (priorities < 1) {
            throw new IllegalArgumentException("a queue with " + priorities + " priorities");
        }
        this.environment = environment;
        this.limits = limits;
        this.filled = new TimedCondition(environment, lock);
        this.priorities = new ArrayList<>(priorities);
        for (int i = 0; i < priorities; i++) {
            this.priorities.add(new ArrayDeque<>(0));
        }
        noRoom = new long[priorities];
        expired = new long[priorities];
        waiting = new int[priorities];
        waitingBytes = new long[priorities];
    }

    /**
     * Adds a message; never blocks.
     *
     * @param priority 0 for the most urgent
     * @param size bytes of the message, at least 0
     * @param expiry when the message is of no use any more
     * @return whether the message waits now; if not it was dropped, and counted unless the queue is closed
     */
    public boolean offer(M message, int priority, int size, Deadline expiry) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (!makeRoom(priority, size)) {
                noRoom[priority]++;
                return false;
            }
            priorities.get(priority).add(new Waiting<>(message, size, expiry.nanos()));
            messages++;
            bytes += size;
            waiting[priority]++;
            waitingBytes[priority] += size;
            earliest = Math.min(earliest, expiry.nanos());
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean makeRoom(int priority, int size) {
        if (fits(size)) {
            return true;
        }
        dropExpired();
        if (!takesRoom(priority, size)) {
            return false;
        }
        for (int other = priorities.size() - 1; other > priority && !fits(size); other--) {
            ArrayDeque<Waiting<M>> victims = priorities.get(other);
            while (!victims.isEmpty() && !fits(size)) {
                forget(victims.remove(), other);
                noRoom[other]++;
            }
        }
        return true;
    }

    private boolean fits(int size) {
        return messages < limits.messages() && bytes + size <= limits.bytes();
    }

    /** Whether there is room enough when all that is less urgent makes way: nothing is dropped in vain. */
    private boolean takesRoom(int priority, int size) {
        int stayMessages = 0;
        long stayBytes = 0;
        for (int i = 0; i <= priority; i++) {
            stayMessages += waiting[i];
            stayBytes += waitingBytes[i];
        }
        return stayMessages < limits.messages() && stayBytes + size <= limits.bytes();
    }

    private void dropExpired() {
        long now = environment.nanoTime();
        if (now < earliest) {
            return;
        }
        earliest = Long.MAX_VALUE;
        for (int i = 0; i < priorities.size(); i++) {
            Iterator<Waiting<M>> row = priorities.get(i).iterator();
            while (row.hasNext()) {
                Waiting<M> one = row.next();
                if (one.expires() <= now) {
                    row.remove();
                    forget(one, i);
                    expired[i]++;
                } else {
                    earliest = Math.min(earliest, one.expires());
                }
            }
        }
    }

    private void forget(Waiting<M> gone, int priority) {
        messages--;
        bytes -= gone.bytes();
        waiting[priority]--;
        waitingBytes[priority] -= gone.bytes();
    }

    /**
     * Takes the most urgent message; waits until there is one.
     *
     * @return null if the queue is closed or the deadline has passed
     */
    public @Nullable M take(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                M message = next();
                if (message != null || closed) {
                    return message;
                }
                if (!filled.await(deadline)) {
                    return next();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the most urgent message if there is one; never blocks. */
    public @Nullable M poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable M next() {
        if (messages == 0) {
            return null;
        }
        long now = environment.nanoTime();
        for (int i = 0; i < priorities.size(); i++) {
            ArrayDeque<Waiting<M>> queue = priorities.get(i);
            Waiting<M> first;
            while ((first = queue.poll()) != null) {
                forget(first, i);
                if (first.expires() > now) {
                    return first.message();
                }
                expired[i]++;
            }
        }
        return null;
    }

    /** Number of messages that wait. */
    public int size() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    /** Number of bytes that wait. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Number of bytes of a priority that wait. */
    public long bytes(int priority) {
        lock.lock();
        try {
            return waitingBytes[priority];
        } finally {
            lock.unlock();
        }
    }

    /** The messages of a priority that were dropped, those included whose time has just passed. */
    public Drops drops(int priority) {
        lock.lock();
        try {
            dropExpired();
            return new Drops(noRoom[priority], expired[priority]);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, forgets what waits and wakes the takers; idempotent. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            priorities.forEach(ArrayDeque::clear);
            messages = 0;
            bytes = 0;
            Arrays.fill(waiting, 0);
            Arrays.fill(waitingBytes, 0);
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
