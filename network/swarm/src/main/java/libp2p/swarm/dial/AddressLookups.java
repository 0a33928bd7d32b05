package libp2p.swarm.dial;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of one dial, a few at a time and each on a thread of its own, so that a name server that does not answer
 * delays only the names behind it. Thread-safe.
 */
final class AddressLookups {
    /** Look-ups of one dial at a time. */
    private static final int AT_ONCE = 8;

    private static final System.Logger LOG = System.getLogger(AddressLookups.class.getName());

    /**
     * A look-up, which hands what it finds, or that it has failed, to the dial before it returns or throws; an interrupt
     * ends it.
     */
    interface Lookup {
        void run() throws InterruptedException;
    }

    private final Environment environment;
    private final Runnable idle;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Lookup> waiting = new ArrayDeque<>();
    private final Set<Thread> threads = new LinkedHashSet<>();
    private int running;
    private boolean cancelled;

    /** @param idle run without locks when the last look-up has ended; another may have begun since */
    AddressLookups(Environment environment, Runnable idle) {
        this.environment = environment;
        this.idle = idle;
    }

    /** Begins a look-up, at once or when another has ended; nothing happens after {@link #cancel}. */
    void begin(Lookup lookup) {
        lock.lock();
        try {
            if (cancelled) {
                return;
            }
            waiting.add(lookup);
            if (running == AT_ONCE) {
                return;
            }
            running++;
        } finally {
            lock.unlock();
        }
        environment.start("address look-up", this::work);
    }

    private void work() {
        Lookup next;
        while ((next = next()) != null) {
            try {
                next.run();
            } catch (InterruptedException cancel) {
                // next() finds nothing any more
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a look-up of addresses failed, which finds none", e);
            }
        }
        idle.run();
    }

    private @Nullable Lookup next() {
        lock.lock();
        try {
            Lookup next = waiting.poll();
            if (next == null) {
                running--;
                threads.remove(Thread.currentThread());
            } else {
                threads.add(Thread.currentThread());
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a look-up goes on or waits. */
    boolean isBusy() {
        lock.lock();
        try {
            return running > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the look-ups that go on; the others do not begin. */
    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            waiting.clear();
            threads.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }
}
