package libp2p.simulator;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.environment.Network;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The outside world of one simulated host. Hosts share the monotonic clock; each has a wall clock, randomness,
 * addresses and ports of its own. Its methods are for threads of the simulation.
 */
public final class SimulatedEnvironment implements Environment {
    private static final Instant WALL_START = Instant.parse("2026-01-01T00:00:00Z");
    /** A call outside takes up to so long. */
    private static final long OFFLOAD_NANOS = 200_000;
    /** A host has one event loop or two, as the seed says: sockets share loops, and loops share the host. */
    private static final int MOST_LOOPS = 2;

    private final int index;
    private final String name;
    private final long seed;
    private final SimulatedScheduler scheduler;
    private final SimulatedNetwork world;
    private List<InetAddress> addresses;
    private final HostNetwork network;
    private final Map<String, RandomGenerator> randoms = new HashMap<>();
    private final SeededRandom secrets;
    private final SimulatedLoop[] loops;
    private int nextLoop;
    private final List<Runnable> memoryListeners = new ArrayList<>(1);
    private Duration wallOffset = Duration.ZERO;
    private long frozenUntil;
    private boolean off;
    private int mtu = Integer.MAX_VALUE;
    private int armedTimers;

    SimulatedEnvironment(
            int index,
            String name,
            long simulationSeed,
            SimulatedScheduler scheduler,
            SimulatedNetwork world,
            List<String> literals) {
        this.index = index;
        this.name = name;
        this.seed = SeededRandom.of(simulationSeed, "host." + name).nextLong();
        this.scheduler = scheduler;
        this.world = world;
        this.secrets = SeededRandom.of(seed, "secrets");
        SeededRandom loopSeeds = SeededRandom.of(seed, "loops");
        this.loops = new SimulatedLoop[1 + loopSeeds.nextInt(MOST_LOOPS)];
        for (int i = 0; i < loops.length; i++) {
            loops[i] = new SimulatedLoop(scheduler, this, name + "/loop-" + i, SeededRandom.of(seed, "loop." + i));
        }
        List<InetAddress> parsed = new ArrayList<>();
        literals.forEach(literal -> parsed.add(InetAddress.ofLiteral(literal)));
        this.addresses = List.copyOf(parsed);
        this.network = new HostNetwork(this, world, scheduler, seed);
    }

    /** The host's name. */
    public String name() {
        return name;
    }

    int index() {
        return index;
    }

    /** The addresses of its interfaces, without the loopback ones. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /**
     * The longest packet that the host's interfaces send, with headers: longer datagrams fail with "Message too long".
     */
    public SimulatedEnvironment mtu(int bytes) {
        mtu = bytes;
        return this;
    }

    int mtu() {
        return mtu;
    }

    /** Gives the host one more address, as a network does that it joins. */
    public void join(String literal) {
        InetAddress address = InetAddress.ofLiteral(literal);
        world.addresses().add(this, address);
        List<InetAddress> more = new ArrayList<>(addresses);
        more.add(address);
        addresses = List.copyOf(more);
    }

    /** Takes an address from the host, as a network does that it leaves: connections from there die without a word. */
    public void leave(String literal) {
        InetAddress address = InetAddress.ofLiteral(literal);
        List<InetAddress> fewer = new ArrayList<>(addresses);
        if (!fewer.remove(address)) {
            throw new IllegalArgumentException(name + " does not have " + literal);
        }
        addresses = List.copyOf(fewer);
        world.addresses().remove(this, address);
        world.silenceConnections(this, address);
    }

    @Override
    public long nanoTime() {
        return scheduler.now();
    }

    @Override
    public Instant wallClock() {
        return WALL_START.plusNanos(scheduler.now() - Simulation.START_NANOS).plus(wallOffset);
    }

    /** Makes the wall clock jump, forward or back. */
    public void jumpWallClock(Duration by) {
        wallOffset = wallOffset.plus(by);
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        scheduler.park(blocker, deadline.nanos());
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        scheduler.requireInside("set a timer");
        long time = scheduler.in(delayNanos);
        ScheduledTask timer = new ScheduledTask(task);
        if (time < Long.MAX_VALUE) { // otherwise it never comes
            scheduler.schedule(timer, time);
            timer.armed = true;
            armedTimers++;
        }
        return timer;
    }

    /** Timers of this host that have neither fired nor been cancelled. */
    public int armedTimers() {
        return armedTimers;
    }

    @Override
    public Thread start(String threadName, Runnable task) {
        SimulatedThread started = scheduler.start(name + "/" + threadName, this, task);
        scheduler.schedulePoint();
        return started.thread();
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        Offloaded<T> offloaded = new Offloaded<>(call);
        scheduler.start(name + "/offload", this, offloaded);
        while (!offloaded.finished) {
            scheduler.park(offloaded, Long.MAX_VALUE);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return offloaded.outcome();
    }

    @Override
    public RandomGenerator random(String use) {
        return randoms.computeIfAbsent(use, key -> SeededRandom.of(seed, "use." + key));
    }

    @Override
    public void secureRandom(byte[] bytes) {
        secrets.nextBytes(bytes);
    }

    @Override
    public Network network() {
        return network;
    }

    HostNetwork sockets() {
        return network;
    }

    /** The event loop for one more socket. */
    SimulatedLoop nextLoop() {
        nextLoop = (nextLoop + 1) % loops.length;
        return loops[nextLoop];
    }

    @Override
    public void unpark(Thread thread) {
        SimulatedLoop loop = scheduler.actingLoop();
        if (loop == null) {
            LockSupport.unpark(thread);
        } else {
            loop.putOff(thread);
        }
    }

    @Override
    public MemoryPressure memoryPressure() {
        return listener -> {
            Runnable own = listener::run;
            memoryListeners.add(own);
            return () -> memoryListeners.remove(own);
        };
    }

    /** Tells the host that a collection of garbage has left its heap too full. */
    public void runShortOfMemory() {
        scheduler.requireInside("run short of memory");
        List.copyOf(memoryListeners).forEach(Runnable::run);
    }

    @Override
    public void schedulePoint() {
        scheduler.schedulePoint();
    }

    /**
     * Stops the host for a while, as a long collection of garbage or a suspended machine does: none of its threads
     * runs, and what arrives waits.
     */
    public void freeze(Duration time) {
        frozenUntil = Math.max(frozenUntil, scheduler.in(TimeUnit.NANOSECONDS.convert(time)));
    }

    long frozenUntil() {
        return frozenUntil;
    }

    /** Cuts the power: no thread of the host runs again, and it neither sends nor hears. */
    public void powerOff() {
        off = true;
    }

    boolean isOff() {
        return off;
    }

    @Override
    public String toString() {
        return name;
    }

    /** A timer that starts a thread. */
    private final class ScheduledTask extends Event implements Timer {
        private final Runnable task;
        private boolean armed;

        ScheduledTask(Runnable task) {
            this.task = task;
        }

        private void disarm() {
            if (armed) {
                armed = false;
                armedTimers--;
            }
        }

        @Override
        void fire() {
            disarm();
            if (!off) {
                scheduler.start(name + "/timer", SimulatedEnvironment.this, task);
            }
        }

        @Override
        public void cancel() {
            scheduler.requireInside("cancel a timer");
            disarm();
            scheduler.cancel(this);
        }
    }

    /** A call on the pool that does not exist: it takes a moment, and goes on if no thread waits any more. */
    private final class Offloaded<T> implements Runnable {
        private final Callable<T> call;
        private final Thread caller = Thread.currentThread();
        private @Nullable T result;
        private @Nullable Exception failure;
        private boolean finished;

        Offloaded(Callable<T> call) {
            this.call = call;
        }

        @SuppressWarnings("NullAway") // null only if the call returned null
        T outcome() throws Exception {
            if (failure != null) {
                throw failure;
            }
            return result;
        }

        @Override
        public void run() {
            long until = scheduler.now() + random("simulator.offload").nextLong(OFFLOAD_NANOS);
            while (scheduler.now() < until) {
                scheduler.park(this, until);
            }
            try {
                result = call.call();
            } catch (Exception e) {
                failure = e;
            } finally {
                finished = true;
                LockSupport.unpark(caller);
            }
        }
    }
}
