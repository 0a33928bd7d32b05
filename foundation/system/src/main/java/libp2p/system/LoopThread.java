package libp2p.system;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of an event loop. Threads for which it has something are woken when it is through with all that one read
 * has brought: waking one costs more than dealing with a record, and with the first record alone it would soon wait
 * again.
 */
final class LoopThread extends Thread {
    /** At most once each: a thread that waits again has been woken. */
    private final ArrayDeque<Thread> waiting = new ArrayDeque<>();

    LoopThread(String name, Runnable loop) {
        super(loop, name);
        setDaemon(true);
    }

    /** Wakes a thread that is parked; on an event loop, at the next {@link #wakeAll}. */
    static void wake(Thread parked) {
        if (Thread.currentThread() instanceof LoopThread loop) {
            loop.waiting.addLast(parked);
        } else {
            LockSupport.unpark(parked);
        }
    }

    /** Throws if the calling thread is that of an event loop: with it all its sockets would wait. */
    static void requireNot(Object blocker) {
        if (Thread.currentThread() instanceof LoopThread loop) {
            throw new IllegalStateException("an action on event loop " + loop.getName() + " would wait: " + blocker);
        }
    }

    /** Number of threads that it has yet to wake. Called by this thread. */
    int putOff() {
        return waiting.size();
    }

    /** Wakes whom the calling thread has put off, if it is that of an event loop. */
    static void wakeAll() {
        if (Thread.currentThread() instanceof LoopThread loop) {
            Thread parked;
            while ((parked = loop.waiting.pollFirst()) != null) {
                LockSupport.unpark(parked);
            }
        }
    }
}
