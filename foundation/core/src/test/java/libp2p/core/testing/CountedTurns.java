package libp2p.core.testing;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;

/**
 * An environment whose clock a test moves, which counts how often a thread lets others go first. Its threads run when
 * the test says so. For one thread.
 */
public final class CountedTurns extends ForwardingEnvironment {
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private long now = 1_000_000_000L;
    private int given;

    /** An environment on top of another. */
    public CountedTurns(Environment environment) {
        super(environment);
    }

    /** An environment on top of none: what is not here fails. */
    public static CountedTurns alone() {
        return new CountedTurns((Environment) Proxy.newProxyInstance(
                CountedTurns.class.getClassLoader(), new Class<?>[] {Environment.class}, (proxy, method, args) -> {
                    throw new AssertionError(method.getName());
                }));
    }

    /** Lets time pass. */
    public void pass(long nanos) {
        now += nanos;
    }

    /** How often others were let go first. */
    public int given() {
        return given;
    }

    /** Runs the threads that were started, and those that they start. */
    public void runThreads() {
        for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
            next.run();
        }
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public RandomGenerator random(String use) {
        return new SplittableRandom(use.hashCode());
    }

    @Override
    public Thread start(String name, Runnable task) {
        threads.add(task);
        return Thread.ofVirtual().unstarted(task);
    }

    @Override
    public void yieldCarrier() {
        given++;
    }
}
