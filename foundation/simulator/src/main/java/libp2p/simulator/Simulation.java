package libp2p.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program in a world of its own: threads, time, randomness and network come from a seed, and the same seed
 * gives the same run, on every machine, as long as what runs in it takes randomness from its environment. The JDK's TLS
 * ({@code SSLEngine}, under secure WebSockets) takes its own, so that the bytes and the lengths of its records differ
 * from run to run.
 *
 * <pre>{@code
 * Simulation.run(42, simulation -> {
 *     SimulatedEnvironment alice = simulation.host("alice", "10.0.0.1");
 *     SimulatedEnvironment bob = simulation.host("bob", "10.0.0.2");
 *     simulation.network().link(alice, bob).latency(Duration.ofMillis(40));
 *     …
 * });
 * }</pre>
 *
 * <p>The body runs as the first thread of the simulation, which is over when it returns; threads that are left are
 * never run again. The run fails, with the seed and the command that replays it, if the body or any thread throws, if
 * no thread can ever go on, if the limits are exceeded, or if a thread waits by other means than parking: on the real
 * clock, for a contended monitor, in {@code Object.wait}, or for a thread from outside.
 *
 * <p>All methods are for the threads of the simulation, which take turns: only one runs at a time.
 */
public final class Simulation {
    /** The body of a simulation. */
    @FunctionalInterface
    public interface Body {
        /** Runs on the first simulated thread; any exception is a failure of the simulation. */
        void run(Simulation simulation) throws Exception;
    }

    /** The body of a thread of the simulation. */
    @FunctionalInterface
    public interface Action {
        /** Runs on a simulated thread of its own. */
        void run() throws Exception;
    }

    record Settings(
            long seed,
            Schedule schedule,
            SimulationLimits limits,
            boolean toleratesExceptions,
            @Nullable Consumer<String> lines) {
        String describe(String what, long now, long turns) {
            return what + "\n  seed " + seed + ", schedule " + schedule + ", at " + seconds(now) + " s, turn " + turns;
        }
    }

    /** The monotonic clock of every host starts here, well above zero. */
    static final long START_NANOS = 1_000_000_000L;

    private final Settings settings;
    private final Trace trace;
    private final SimulatedScheduler scheduler;
    private final SimulatedNetwork network;
    private final Map<String, SimulatedEnvironment> hosts = new LinkedHashMap<>();
    private final Map<String, RandomGenerator> randoms = new HashMap<>();
    private @Nullable Throwable thrown;

    private Simulation(Settings settings) {
        this.settings = settings;
        this.trace = new Trace(settings.lines());
        this.scheduler = new SimulatedScheduler(settings, trace);
        this.network = new SimulatedNetwork(scheduler, trace, settings.seed());
    }

    /** Runs a body under a seed with the default settings. */
    public static Trace run(long seed, Body body) {
        return of(seed).run(body);
    }

    /** Settings for a run under a seed. */
    public static Builder of(long seed) {
        return new Builder(seed);
    }

    /** Settings of a run. */
    public static final class Builder {
        private final long seed;
        private Schedule schedule = Schedule.MIXED;
        private SimulationLimits limits = SimulationLimits.DEFAULT;
        private boolean toleratesExceptions;
        private @Nullable Consumer<String> lines = Replay.traceLines();

        private Builder(long seed) {
            this.seed = seed;
        }

        /** Chooses how the next thread is picked. */
        public Builder schedule(Schedule policy) {
            schedule = policy;
            return this;
        }

        /** Sets the bounds beyond which the run fails. */
        public Builder limits(SimulationLimits most) {
            limits = most;
            return this;
        }

        /** Fails the run after so much simulated time. */
        public Builder limitTime(Duration time) {
            return limits(new SimulationLimits(time, limits.turns(), limits.turnsPerMoment(), limits.stall()));
        }

        /** Fails the run after so many turns of all threads. */
        public Builder limitTurns(long turns) {
            return limits(new SimulationLimits(
                    limits.time(), turns, Math.min(turns, limits.turnsPerMoment()), limits.stall()));
        }

        /**
         * Exceptions that leave a host's thread end only that thread, as in production; otherwise they fail the run.
         */
        public Builder tolerateExceptions() {
            toleratesExceptions = true;
            return this;
        }

        /** Hands every frame to a consumer, as a line of text. */
        public Builder trace(Consumer<String> consumer) {
            lines = consumer;
            return this;
        }

        /**
         * Runs the body to its end on the calling thread, which must be a platform thread.
         *
         * @throws SimulationFailure if anything goes wrong
         */
        public Trace run(Body body) {
            return new Simulation(new Settings(seed, schedule, limits, toleratesExceptions, lines)).run(body);
        }
    }

    private Trace run(Body body) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a simulation runs on a platform thread");
        }
        Watchdog.Guarded guarded = Watchdog.guard(scheduler, settings);
        try {
            scheduler.run(() -> {
                try {
                    body.run(this);
                } catch (Throwable e) {
                    thrown = e;
                }
            });
        } finally {
            guarded.close();
        }
        Throwable escaped = thrown;
        if (escaped != null) {
            scheduler.fail(escaped.toString(), escaped, false);
        }
        SimulationFailure failure = scheduler.failures().first();
        if (failure != null) {
            scheduler.failures().complete(scheduler.living());
            failure.addLine("  replay: " + Replay.command(settings.seed()));
            throw failure;
        }
        return trace;
    }

    /** The seed of this run. */
    public long seed() {
        return settings.seed();
    }

    /**
     * Adds a host.
     *
     * @param name for traces and thread names; unique
     * @param addresses IPv4 and IPv6 literals of its interfaces, unique in the simulation; it also has 127.0.0.1 and
     *     ::1
     */
    public SimulatedEnvironment host(String name, String... addresses) {
        return add(name, null, addresses);
    }

    /**
     * Adds a host behind a NAT.
     *
     * @param addresses as above; IPv4 addresses need to be unique behind that NAT only
     */
    public SimulatedEnvironment host(String name, SimulatedNat behind, String... addresses) {
        return add(name, behind, addresses);
    }

    private SimulatedEnvironment add(String name, @Nullable SimulatedNat behind, String... addresses) {
        if (hosts.containsKey(name)) {
            throw new IllegalArgumentException("there is a host '" + name + "' already");
        }
        SimulatedEnvironment host =
                new SimulatedEnvironment(hosts.size(), name, settings.seed(), scheduler, network, List.of(addresses));
        network.add(host, behind);
        hosts.put(name, host);
        return host;
    }

    /** Links, faults and names. */
    public SimulatedNetwork network() {
        return network;
    }

    /** The events so far. */
    public Trace trace() {
        return trace;
    }

    /**
     * The generator for one use by a test, with a sub-seed of its own. Every call with the same use returns the same
     * generator, which goes on where it stands.
     */
    public RandomGenerator random(String use) {
        return randoms.computeIfAbsent(use, name -> SeededRandom.of(settings.seed(), "test." + name));
    }

    /** Starts a thread of the simulation; an exception that leaves it fails the run. */
    public SimulatedTask spawn(String name, Action action) {
        return new SimulatedTask(scheduler, name, action);
    }

    /** Simulated time since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(scheduler.now() - START_NANOS);
    }

    /** Lets simulated time pass. */
    public void sleep(Duration time) throws InterruptedException {
        long until = scheduler.in(TimeUnit.NANOSECONDS.convert(time));
        while (scheduler.now() < until) {
            scheduler.park(this, until);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Waits until every other thread waits for time to pass or for each other. */
    public void settle() {
        scheduler.settle();
    }

    /**
     * Waits until a condition holds; it is looked at whenever all other threads wait, before time passes. It should
     * only read, and must not wait.
     *
     * @param what names the condition in the failure
     */
    public void await(String what, BooleanSupplier condition) {
        await(what, settings.limits().time(), condition);
    }

    /** As above, and fails if the condition does not hold within so much simulated time. */
    public void await(String what, Duration limit, BooleanSupplier condition) {
        Event alarm = new Event() {
            @Override
            void fire() {
                scheduler.fail("waited " + limit + " in vain: " + what, null, true);
            }
        };
        scheduler.schedule(alarm, scheduler.in(TimeUnit.NANOSECONDS.convert(limit)));
        try {
            while (!condition.getAsBoolean()) {
                scheduler.settle();
            }
        } finally {
            scheduler.cancel(alarm);
        }
    }

    /** The names of the threads that have not ended, the caller's included, in the order of their start. */
    public List<String> livingThreads() {
        return scheduler.living().inOrder().stream().map(thread -> thread.name).toList();
    }

    /** Gives the turn up if the seed says so. */
    public void schedulePoint() {
        scheduler.schedulePoint();
    }

    static String seconds(long nanos) {
        long since = nanos - START_NANOS;
        return String.format(Locale.ROOT, "%4d.%09d", since / 1_000_000_000, since % 1_000_000_000);
    }
}
