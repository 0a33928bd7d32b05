package libp2p.security.records;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Says which thread holds the buffers of one direction of a connection, so that closing the connection from another
 * thread never gives a buffer back to the pool while a thread still reads or fills it. The holder of the custody when
 * the connection closes runs the release: the closing thread if none, or itself, or a dead thread holds it; otherwise
 * the holder, at its next call.
 *
 * <p>BufferOwnership passes to the thread that enters; that only one thread works at a time is the caller's promise.
 * Thread-safe.
 */
public final class BufferOwnership {
    /** Stands for "given up for good"; never started. */
    private static final Object CLOSED = new Object();

    private final AtomicReference<@Nullable Object> holder = new AtomicReference<>();

    /** Takes the custody for the calling thread; returns false if it was given up for good. */
    public boolean enter() {
        Object me = Thread.currentThread();
        Object seen = holder.get();
        while (seen != me) {
            if (seen == CLOSED) {
                return false;
            }
            if (holder.compareAndSet(seen, me)) {
                return true;
            }
            seen = holder.get();
        }
        return true;
    }

    /** Takes the custody for the calling thread if no other has it; returns whether it has it now. */
    public boolean claim() {
        Object me = Thread.currentThread();
        return holder.compareAndSet(null, me) || holder.get() == me;
    }

    /** Tells that the calling thread holds no reference to a buffer any more. */
    public void leave() {
        holder.compareAndSet(Thread.currentThread(), null);
    }

    /**
     * Gives up for good if the calling thread may: see the class.
     *
     * @param release gives everything back; run at most once, when no thread can use it any more
     */
    public void close(Runnable release) {
        Object seen = holder.get();
        while (seen != CLOSED) {
            boolean free = seen == null || seen == Thread.currentThread() || !((Thread) seen).isAlive();
            if (!free) {
                return;
            }
            if (holder.compareAndSet(seen, CLOSED)) {
                release.run();
                return;
            }
            seen = holder.get();
        }
    }
}
