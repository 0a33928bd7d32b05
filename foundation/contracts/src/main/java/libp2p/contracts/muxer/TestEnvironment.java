package libp2p.contracts.muxer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Network;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Real virtual threads under a clock that moves only when a test moves it. Counts threads and timers. Randomness is the
 * same in every environment: one generator for each use, and one for keys and nonces, which go on from call to call.
 */
public final class TestEnvironment implements Environment {
    private record Due(long nanos, long order, Runnable task) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
    private final Map<Thread, Deadline> parked = new ConcurrentHashMap<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Thread> platformThreads = new ArrayList<>();
    private final Map<Thread, Boolean> running = new ConcurrentHashMap<>();
    private final LongAdder steps = new LongAdder();
    private final Map<String, RandomGenerator> randoms = new ConcurrentHashMap<>();
    private final Random secrets = new Random(1);
    private final boolean platform;
    private long now = 1_000_000_000L;
    private long order;
    private int threads;

    /** Threads are virtual ones. */
    public TestEnvironment() {
        this(false);
    }

    /** @param platform whether threads are platform threads, whose allocations the JVM counts */
    public TestEnvironment(boolean platform) {
        this.platform = platform;
    }

    /** The platform threads that were started so far. */
    public List<Thread> platformThreads() {
        lock.lock();
        try {
            return List.copyOf(platformThreads);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant wallClock() {
        return Instant.ofEpochSecond(0, nanoTime());
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        note(Thread.currentThread(), deadline);
        try {
            if (!deadline.passed(this)) {
                LockSupport.park(blocker);
            }
        } finally {
            note(Thread.currentThread(), null);
        }
    }

    private void note(Thread thread, @Nullable Deadline deadline) {
        steps.increment();
        while (!lock.tryLock()) {
            Thread.yield(); // waiting for the lock by parking would take the permit of a signal that came just now
        }
        try {
            if (deadline == null) {
                parked.remove(thread);
            } else {
                parked.put(thread, deadline);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a thread parks here. */
    public void awaitParked(Thread thread) throws InterruptedException {
        lock.lock();
        try {
            while (!parked.containsKey(thread)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        lock.lock();
        try {
            long sum = now + delayNanos;
            Due due = new Due(sum < 0 ? Long.MAX_VALUE : sum, order++, task);
            timers.add(due);
            changed.signalAll();
            return () -> {
                lock.lock();
                timers.remove(due);
                changed.signalAll();
                lock.unlock();
            };
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the clock; timers that come due run one after the other, and late waits end. Before each move all threads
     * get to where they wait, as the deadline of a write that is just ending is still armed.
     */
    public void advance(Duration duration) throws InterruptedException {
        settle();
        lock.lock();
        long target = now + duration.toNanos();
        lock.unlock();
        while (true) {
            Due due;
            lock.lock();
            try {
                due = timers.peek();
                if (due == null || due.nanos > target) {
                    now = target;
                    break;
                }
                timers.remove(due);
                now = Math.max(now, due.nanos);
            } finally {
                lock.unlock();
            }
            wakeLate();
            start("timer", due.task).join();
            settle();
        }
        wakeLate();
        settle();
    }

    /** Lets every thread of this environment run until it waits for something or ends. */
    private void settle() {
        long before;
        do {
            before = steps.sum();
            while (!running.keySet().stream().allMatch(TestEnvironment::waits)) {
                Thread.yield();
            }
            // one that was seen waiting may have been woken by one that was looked at later
        } while (before != steps.sum() || !running.keySet().stream().allMatch(TestEnvironment::waits));
    }

    private static boolean waits(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            case NEW, RUNNABLE, BLOCKED -> false;
        };
    }

    private void wakeLate() {
        parked.forEach((thread, deadline) -> {
            if (deadline.passed(this)) {
                LockSupport.unpark(thread);
            }
        });
    }

    @Override
    public Thread start(String name, Runnable task) {
        Thread.Builder builder = platform
                ? Thread.ofPlatform().daemon().name(name)
                : Thread.ofVirtual().name(name);
        Thread thread = builder.unstarted(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                lock.lock();
                failures.add(e);
                lock.unlock();
            } finally {
                running.remove(Thread.currentThread());
                steps.increment();
                lock.lock();
                threads--;
                changed.signalAll();
                lock.unlock();
            }
        });
        lock.lock();
        threads++;
        if (platform) {
            platformThreads.add(thread);
        }
        lock.unlock();
        running.put(thread, true);
        thread.start();
        return thread;
    }

    /** Waits until no thread of this environment is left and no timer armed. */
    public void awaitQuiet() throws InterruptedException {
        lock.lock();
        try {
            while (threads > 0 || !timers.isEmpty()) {
                changed.await();
            }
            if (!failures.isEmpty()) {
                throw new AssertionError("a thread failed", failures.getFirst());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at least so many timers are armed. */
    public void awaitTimers(int count) throws InterruptedException {
        lock.lock();
        try {
            while (timers.size() < count) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        return call.call();
    }

    @Override
    public RandomGenerator random(String use) {
        return randoms.computeIfAbsent(use, name -> new Random(name.hashCode()));
    }

    @Override
    public void secureRandom(byte[] bytes) {
        secrets.nextBytes(bytes);
    }

    @Override
    public Network network() {
        throw new UnsupportedOperationException();
    }
}
