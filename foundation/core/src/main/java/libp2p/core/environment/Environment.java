package libp2p.core.environment;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The outside world of one host. {@code SystemEnvironment} of module {@code libp2p.system} is the real one; the
 * simulator brings another.
 *
 * <p>All methods may be called from any thread.
 */
public interface Environment {
    /** Monotonic time in nanoseconds since an arbitrary origin; never goes back, starts above zero. */
    long nanoTime();

    /** The wall clock. It may jump either way; use it only for what other machines read. */
    Instant wallClock();

    /**
     * Parks the calling virtual thread until it is unparked by {@link #unpark} or {@code LockSupport.unpark},
     * interrupted, or the deadline passes. May return for no reason, as {@code LockSupport.park} does; callers loop.
     *
     * @param blocker shown in thread dumps
     */
    void park(Object blocker, Deadline deadline);

    /**
     * Unparks a thread. A thread that reads sockets may do so a little later, when it has delivered all that a read has
     * brought; so it must not wait for the other thread itself.
     */
    default void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /**
     * Runs a task on a new virtual thread after a delay.
     *
     * @param delayNanos nanoseconds, at least 0; larger values saturate
     */
    Timer schedule(long delayNanos, Runnable task);

    /** Starts a virtual thread. An exception that leaves the task is logged and ends only that thread. */
    Thread start(String name, Runnable task);

    /**
     * Tells that something goes on that has no thread of its own, a connection that an event loop reads for example. A
     * caller that waits for the threads of a host waits for it too.
     *
     * @return to be run once, when it is over
     */
    default Runnable trackActivity() {
        return () -> {};
    }

    /**
     * Runs a call that would hold a carrier thread (a name look-up, a file, a native call over 100 µs) on a small
     * bounded platform pool and waits for it. An interrupt ends the wait with {@code InterruptedException}, not the
     * call.
     */
    <T> T offload(Callable<T> call) throws Exception;

    /**
     * A generator for choices and jitter, never for secrets. In the simulator each use has its own sub-seed, so that a
     * new use does not change the draws of the others.
     *
     * @param use what the numbers are for, for example {@code "swarm.backoff"}
     */
    RandomGenerator random(String use);

    /** Fills the array with bytes fit for keys and nonces. */
    void secureRandom(byte[] bytes);

    /** Sockets, name resolution and interfaces. */
    Network network();

    /** Tells when memory is short; the default never does. */
    default MemoryPressure memoryPressure() {
        return MemoryPressure.NONE;
    }

    /** A place where the simulator may switch threads; empty in production. */
    default void schedulePoint() {}

    /**
     * Lets other threads that are ready go first. Nothing takes the processor away from a virtual thread that always
     * finds work, so one that a remote peer can keep busy calls this now and then: about once a millisecond, since it
     * may take as long as a hundred thousandths of a second.
     */
    default void yieldCarrier() {
        schedulePoint();
    }
}
