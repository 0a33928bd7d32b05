package libp2p.core.environment;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/** An environment on top of another, which does everything that a subclass does not. */
public abstract class ForwardingEnvironment implements Environment {
    /** The environment below. */
    protected final Environment environment;

    /** @param environment does everything that a subclass does not */
    protected ForwardingEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public long nanoTime() {
        return environment.nanoTime();
    }

    @Override
    public Instant wallClock() {
        return environment.wallClock();
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        environment.park(blocker, deadline);
    }

    @Override
    public void unpark(Thread thread) {
        environment.unpark(thread);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return environment.schedule(delayNanos, task);
    }

    @Override
    public Thread start(String name, Runnable task) {
        return environment.start(name, task);
    }

    @Override
    public Runnable trackActivity() {
        return environment.trackActivity();
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        return environment.offload(call);
    }

    @Override
    public RandomGenerator random(String use) {
        return environment.random(use);
    }

    @Override
    public void secureRandom(byte[] bytes) {
        environment.secureRandom(bytes);
    }

    @Override
    public Network network() {
        return environment.network();
    }

    @Override
    public MemoryPressure memoryPressure() {
        return environment.memoryPressure();
    }

    @Override
    public void schedulePoint() {
        environment.schedulePoint();
    }

    @Override
    public void yieldCarrier() {
        environment.yieldCarrier();
    }
}
