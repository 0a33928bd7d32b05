package libp2p.system;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.environment.Network;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The real world: the clocks of the system, virtual threads of the JDK, its channels. Timers wait on one daemon
 * platform thread and run on virtual threads of their own; sockets that are read by events share a few more. Generators
 * of {@link #random} may be shared between threads.
 */
public final class SystemEnvironment implements Environment, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("libp2p.core.environment");
    private static final long LONGEST_TURN_NANOS = 100_000_000;
    private static final SecureRandom SECURE = new SecureRandom();

    static {
        // A line of the log carries the local time, whose tables are files that are read for the first line. Were no
        // descriptor free then, Java would not try again, and every later line would end its thread by an error.
        LOG.log(
                System.Logger.Level.TRACE,
                "local time is that of {0}",
                ZoneId.systemDefault().getRules().getOffset(Instant.EPOCH));
    }

    private final long origin = System.nanoTime() - 1;
    private final OffloadPool offload =
            new OffloadPool("libp2p-offload", SystemLimits.OFFLOAD_THREADS, SystemLimits.OFFLOAD_QUEUE);
    private final OffloadPool lookups =
            new OffloadPool("libp2p-lookup", SystemLimits.LOOKUP_THREADS, SystemLimits.LOOKUP_QUEUE);
    private final OffloadPool textLookups =
            new OffloadPool("libp2p-text-lookup", SystemLimits.LOOKUP_THREADS, SystemLimits.LOOKUP_QUEUE);
    private final SystemTimers timers = new SystemTimers(task -> start("timer", task));
    private final FarDeadlines farDeadlines = new FarDeadlines(this);
    private final EventLoops loops = new EventLoops(this);
    private final Network network;
    private final boolean closeable;

    private static final class Shared {
        static final SystemEnvironment INSTANCE = new SystemEnvironment(null, false);
    }

    private SystemEnvironment(@Nullable InetSocketAddress nameServer, boolean closeable) {
        this.network = new SystemNetwork(this, loops, lookups, textLookups, nameServer);
        this.closeable = closeable;
    }

    /** The environment of the process. Closing it does nothing. */
    public static SystemEnvironment shared() {
        return Shared.INSTANCE;
    }

    /** An environment of one's own; the caller closes it after everything that uses it. */
    public static SystemEnvironment create() {
        return new SystemEnvironment(null, true);
    }

    /**
     * As {@link #create()}, asking a given server for TXT records instead of those the system is set up with.
     *
     * @param nameServer a DNS server
     */
    public static SystemEnvironment create(InetSocketAddress nameServer) {
        return new SystemEnvironment(nameServer, true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() - origin;
    }

    @Override
    public Instant wallClock() {
        return Instant.now();
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        LoopThread.requireNot(blocker);
        if (!deadline.isFinite()) {
            LockSupport.park(blocker);
        } else if (!farDeadlines.park(blocker, deadline)) {
            LockSupport.parkNanos(blocker, deadline.remainingNanos(this));
        }
    }

    @Override
    public void unpark(Thread thread) {
        LoopThread.wake(thread);
    }

    /** The timers that wait; for tests. */
    SystemTimers timers() {
        return timers;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return timers.schedule(delayNanos, task);
    }

    @Override
    public Thread start(String name, Runnable task) {
        return Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .start(() -> {
                    try {
                        task.run();
                    } catch (Throwable failure) {
                        LOG.log(System.Logger.Level.ERROR, "thread " + name + " ended by an exception", failure);
                    }
                });
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        return offload.call(call, Deadline.NONE, this);
    }

    @Override
    public RandomGenerator random(String use) {
        return new SharedRandom(SECURE.nextLong());
    }

    @Override
    public void secureRandom(byte[] bytes) {
        SECURE.nextBytes(bytes);
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public MemoryPressure memoryPressure() {
        return SystemMemoryPressure.SHARED;
    }

    /**
     * Goes through the timer thread, for the scheduler of the JDK gives a yielding thread its next turn before those
     * that sockets and timers have made ready, as long as its carrier has two of them.
     */
    @Override
    public void yieldCarrier() {
        Thread self = Thread.currentThread();
        if (timers.runSoon(() -> LockSupport.unpark(self))) {
            LockSupport.parkNanos(this, LONGEST_TURN_NANOS); // should the timers end before they come to it
        }
    }

    /**
     * Ends the threads of timers, events and offloaded calls; timers that wait never fire, sockets that are read by
     * events are closed, and what needs these threads throws. Other sockets and virtual threads belong to who made
     * them. Idempotent.
     */
    @Override
    public void close() {
        if (closeable) {
            loops.close();
            timers.close();
            offload.close();
            lookups.close();
            textLookups.close();
        }
    }
}
