package libp2p.pubsub;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.messaging.OutboundQueue;
import libp2p.core.messaging.OutboundQueueLimits;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.router.RouterOutput.Priority;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * RPCs on their way to one peer. No thread waits for them: the thread that has queued some writes what the stream takes
 * without waiting, and a thread of its own writes the rest for as long as the peer is slow. Thread-safe.
 */
final class Outbox {
    /** Hears that a stream cannot be written any more. */
    @FunctionalInterface
    interface Breakage {
        void broken(Stream stream, IOException why);
    }

    private static final Duration GOSSIP_LIFE = Duration.ofSeconds(3);
    /** RPCs are put together into writes of about so many bytes. */
    private static final int BATCH = 32 << 10;

    private final Environment environment;
    private final PubSubLimits.Queues limits;
    private final Runnable idle;
    private final Breakage breakage;
    private final OutboundQueue<Rpc> queue;
    private final HeldBytes gossip;
    private final AtomicLong gossipHere = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Stream stream;
    /** Whether a thread writes; it looks again before it ends when another one has asked for that. */
    private boolean writing;

    private boolean again;
    private long drops;

    /**
     * @param gossip that waits for all peers
     * @param idle run without locks when nothing is left to be written
     */
    Outbox(Environment environment, PubSubLimits.Queues limits, HeldBytes gossip, Runnable idle, Breakage breakage) {
        this.gossip = gossip;
        this.environment = environment;
        this.limits = limits;
        this.idle = idle;
        this.breakage = breakage;
        this.queue = new OutboundQueue<>(
                environment,
                Priority.values().length,
                new OutboundQueueLimits(limits.outboundFrames(), limits.outboundBytes()));
    }

    /** Queues an RPC, which {@link #push} sends; never blocks. False if it was dropped. */
    boolean offer(Rpc rpc, Priority priority) {
        Deadline expiry = switch (priority) {
            case CONTROL -> Deadline.NONE;
            case PUBLICATION -> Deadline.after(environment, limits.publicationLife());
            case FORWARD -> Deadline.after(environment, limits.forwardLife());
            case GOSSIP -> Deadline.after(environment, GOSSIP_LIFE);
        };
        boolean queued = queue.offer(rpc, priority.ordinal(), rpc.delimitedLength(), expiry);
        count();
        return queued;
    }

    /** Bytes of gossip that may wait besides those that do. */
    long room() {
        return gossip.room(gossipHere.get());
    }

    /** Counts the gossip that has come and gone. */
    private void count() {
        long here = queue.bytes(Priority.GOSSIP.ordinal());
        gossip.add(here - gossipHere.getAndSet(here));
    }

    /** Writes to this stream from now on, beginning with the queue. */
    void attach(Stream opened) {
        lock.lock();
        try {
            stream = opened;
        } finally {
            lock.unlock();
        }
        push();
    }

    /** Writes to this stream no more; the queue is kept for another one. */
    void detach(Stream ended) {
        lock.lock();
        try {
            if (stream == ended) {
                stream = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends the queue; never blocks. To be called without locks. */
    void push() {
        Stream to;
        lock.lock();
        try {
            to = stream;
            again = writing;
            if (writing || to == null) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        write(to, null, false);
    }

    /**
     * Writes until nothing waits.
     *
     * @param begun the bytes that are written first
     * @param mayWait whether this thread may wait for the peer
     */
    private void write(Stream to, byte @Nullable [] begun, boolean mayWait) {
        try {
            byte[] bytes = begun;
            while (true) {
                if (bytes != null) {
                    if (!mayWait && !to.isWritable(bytes.length)) {
                        byte[] rest = bytes;
                        environment.start("pubsub-write", () -> write(to, rest, true));
                        return;
                    }
                    to.write(bytes, 0, bytes.length);
                }
                bytes = gather();
                if (bytes == null && ended(to)) {
                    idle.run();
                    return;
                }
            }
        } catch (IOException e) {
            detach(to);
            lock.lock();
            try {
                writing = false;
            } finally {
                lock.unlock();
            }
            breakage.broken(to, e);
            idle.run();
            push(); // another stream may have come meanwhile
        }
    }

    /** The bytes of one write, mostly a single RPC whose bytes the queues of other peers share. */
    private byte @Nullable [] gather() {
        byte[] batch = poll();
        count();
        return batch;
    }

    private byte @Nullable [] poll() {
        Rpc first = queue.poll();
        if (first == null) {
            return null;
        }
        byte[] bytes = first.delimited();
        Rpc next = bytes.length < BATCH ? queue.poll() : null;
        if (next == null) {
            return bytes;
        }
        List<byte[]> row = new ArrayList<>();
        row.add(bytes);
        int length = bytes.length;
        while (next != null) {
            byte[] more = next.delimited();
            row.add(more);
            length += more.length;
            next = length < BATCH ? queue.poll() : null;
        }
        byte[] batch = new byte[length];
        int at = 0;
        for (byte[] one : row) {
            System.arraycopy(one, 0, batch, at, one.length);
            at += one.length;
        }
        return batch;
    }

    /** Whether this thread's writing ends: no thread has queued anything for this stream meanwhile. */
    private boolean ended(Stream to) {
        boolean another;
        lock.lock();
        try {
            another = again && stream != to;
            if (again && !another) {
                again = false;
                return false;
            }
            writing = false;
        } finally {
            lock.unlock();
        }
        if (another) {
            push();
        }
        return true;
    }

    /** Whether everything that was queued is written or dropped. */
    boolean isIdle() {
        lock.lock();
        try {
            return !writing && queue.size() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** The number of RPCs that were dropped since the last call. */
    int newDrops() {
        long all = 0;
        for (Priority priority : Priority.values()) {
            OutboundQueue.Drops one = queue.drops(priority.ordinal());
            all += one.noRoom() + one.expired();
        }
        count();
        int more = (int) Math.min(Integer.MAX_VALUE, all - drops);
        drops = all;
        return more;
    }

    /** Forgets the queue and takes no more; idempotent. */
    void close() {
        queue.close();
        count();
    }
}
