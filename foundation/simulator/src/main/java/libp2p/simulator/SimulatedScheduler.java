package libp2p.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs virtual threads one at a time on one carrier, the thread that calls {@link #run}. It picks the next ready thread
 * by the seed; when none is ready, time jumps to the next event. Nothing in here needs a lock: all of it happens on the
 * carrier, and virtual threads change hands only where they park or yield.
 */
final class SimulatedScheduler {
    /** In so long a full UDP socket has sent what it holds. */
    private static final long MOST_FULL_NANOS = 500_000;

    private final Simulation.Settings settings;
    private final Trace trace;
    private final Failures failures;
    private final LivingThreads living = new LivingThreads(this);
    private final ReadyQueue ready;
    private final TimerQueue timers = new TimerQueue();
    private final List<SimulatedThread> settling = new ArrayList<>();
    /** Threads of event loops that are in the middle of an action. */
    private final List<SimulatedThread> acting = new ArrayList<>();

    private final SeededRandom random;
    private final long turnNanos;
    private final int spuriousOneIn;
    private final int shortReadOneIn;
    private final int fullOneIn;
    private final AtomicLong progress = new AtomicLong();
    private final ExecutorService starter;
    private final ForeignMonitors monitors = new ForeignMonitors();

    private @Nullable Thread carrier;
    private @Nullable SimulatedThread current;
    private @Nullable SimulatedThread starting;
    private long now = Simulation.START_NANOS;
    private long turns;
    private long turnsOfThisMoment;
    private long turnsWhenSettled = -1;

    SimulatedScheduler(Simulation.Settings settings, Trace trace) {
        VirtualThreads.requireAccess();
        this.settings = settings;
        this.trace = trace;
        this.failures = new Failures(settings);
        this.random = SeededRandom.of(settings.seed(), "schedule");
        this.ready = queue(settings.schedule());
        long[] turnTimes = {0, 0, 0, 1_000, 50_000};
        this.turnNanos = settings.schedule() == Schedule.MIXED ? turnTimes[random.nextInt(turnTimes.length)] : 0;
        this.spuriousOneIn = 4 << (2 * random.nextInt(3));
        this.shortReadOneIn = 2 << (3 * random.nextInt(3));
        this.fullOneIn = 128 << (2 * random.nextInt(3));
        // An executor of one thread per task is a thread container of its own: when a run is over, the threads it left
        // waiting are garbage, while the JVM's root container would keep them for ever.
        this.starter = Executors.newThreadPerTaskExecutor((ThreadFactory) this::makeThread);
    }

    private ReadyQueue queue(Schedule schedule) {
        SeededRandom picks = SeededRandom.of(settings.seed(), "picks");
        return switch (schedule) {
            case UNIFORM -> new UniformQueue(picks);
            case PRIORITIES -> new PrioritiesQueue(picks, 2 << (2 * random.nextInt(5)));
            case FIFO -> new FifoQueue();
            case MIXED -> queue(random.nextBoolean() ? Schedule.UNIFORM : Schedule.PRIORITIES);
        };
    }

    long now() {
        return now;
    }

    /** The moment so many nanoseconds from now, at least 0; never, if that is beyond all time. */
    long in(long nanos) {
        long time = now + Math.max(0, nanos);
        return time < 0 ? Long.MAX_VALUE : time;
    }

    AtomicLong progress() {
        return progress;
    }

    Failures failures() {
        return failures;
    }

    LivingThreads living() {
        return living;
    }

    /** Whether the simulation adds switches, wake-ups for no reason and short reads to what the program asks for. */
    private boolean isPerturbing() {
        return settings.schedule() != Schedule.FIFO;
    }

    /** Whether a read returns less than it could. */
    boolean shortensRead() {
        return isPerturbing() && random.oneIn(shortReadOneIn);
    }

    /** Whether a socket that does not block takes less than it could. */
    boolean shortensWrite() {
        return isPerturbing() && random.oneIn(shortReadOneIn);
    }

    /**
     * For how long a UDP socket has no room for datagrams from now on; most of the time for none. They are lost then,
     * so that this happens much less often than a short write.
     */
    long fillsSocket() {
        return isPerturbing() && random.oneIn(fullOneIn) ? 1 + random.upTo(MOST_FULL_NANOS) : 0;
    }

    /** Whether a socket's turn on its event loop is over although it has more. */
    boolean endsTurn() {
        return isPerturbing() && random.oneIn(4 * shortReadOneIn);
    }

    // ---- the carrier's loop

    /** Runs until the task of the first thread has returned or something fails. */
    void run(Runnable main) {
        carrier = Thread.currentThread();
        if (isPerturbing()) {
            StrayThreadGuard.INSTANCE.set(this);
        }
        try {
            SimulatedThread first = start("main", null, main);
            while (!first.ended && !failures.any()) {
                step();
            }
        } catch (RuntimeException | Error e) { // an event has thrown
            fail("the simulated world broke: " + e, e, true);
        } finally {
            StrayThreadGuard.INSTANCE.remove();
            carrier = null;
        }
    }

    private void step() {
        if (turnNanos != 0) {
            now += random.upTo(turnNanos);
            fireDue();
        }
        if (ready.isEmpty()) {
            jump();
            return;
        }
        SimulatedThread thread = ready.take();
        thread.ready = false;
        if (thread.isOver()) {
            forget(thread);
            return;
        }
        if (thread.host != null && thread.host.frozenUntil() > now) {
            thaw(thread, thread.host.frozenUntil());
            return;
        }
        progress.setOpaque(++turns);
        if (++turnsOfThisMoment > settings.limits().turnsPerMoment()
                || turns > settings.limits().turns()) {
            fail("no end in sight: " + turns + " turns, the last " + turnsOfThisMoment + " at one moment", null, true);
            return;
        }
        trace.turn(now, thread.id);
        current = thread;
        do {
            thread.takeTurn();
        } while (monitors.resumes(thread));
        current = null;
        if (thread.ended) {
            forget(thread);
        } else if (!thread.ready) {
            checkWait(thread, thread.threadIfKnown());
        }
    }

    /** Makes a thread of a frozen host ready again when the frost is over. */
    private void thaw(SimulatedThread thread, long time) {
        thread.ready = true;
        Event thaw = new Event() {
            @Override
            void fire() {
                ready.add(thread);
            }
        };
        timers.add(thaw, time);
    }

    /** Nothing is ready: lets the settling threads look, or goes on to the next event. */
    private void jump() {
        if (!acting.isEmpty() && failIfLoopWaits()) {
            return;
        }
        if (!settling.isEmpty() && turns != turnsWhenSettled) {
            List<SimulatedThread> woken = List.copyOf(settling);
            settling.clear();
            turnsWhenSettled = turns + woken.size(); // their own turns do not count
            for (SimulatedThread thread : woken) {
                LockSupport.unpark(thread.threadIfKnown());
            }
            return;
        }
        if (timers.isEmpty()) {
            fail("deadlock: no thread is ready and nothing will ever happen", null, true);
            return;
        }
        long next = timers.earliest();
        if (next - Simulation.START_NANOS > settings.limits().time().toNanos()) {
            fail("not finished within " + settings.limits().time() + " of simulated time", null, true);
            return;
        }
        turnsWhenSettled = -1;
        now = Math.max(now, next);
        turnsOfThisMoment = 0;
        fireDue();
    }

    private void fireDue() {
        while (!timers.isEmpty() && timers.earliest() <= now) {
            timers.removeEarliest().fire();
        }
    }

    private void checkWait(SimulatedThread thread, @Nullable Thread virtual) {
        if (virtual == null) {
            return;
        }
        VirtualThreads.Waiting waiting = VirtualThreads.waiting(virtual);
        if (waiting != VirtualThreads.Waiting.PROPERLY) {
            SimulationFailure failure =
                    fail("thread '" + thread.name + "' " + waiting.words + ", which no seed can replay", null, false);
            failures.addStack(failure, thread);
        } else if (virtual.getState() == Thread.State.TERMINATED) {
            forget(thread);
        }
    }

    // ---- event loops

    /** The calling thread, which is that of an event loop, begins an action, during which it must not wait. */
    void beginAction(SimulatedLoop loop) {
        SimulatedThread thread = current();
        thread.acting = loop;
        acting.add(thread);
    }

    /** The action is over. */
    void endAction() {
        SimulatedThread thread = current();
        thread.acting = null;
        acting.remove(thread);
    }

    /** An action has thrown; the event loop goes on. */
    void actionFailed(Throwable failure) {
        if (!settings.toleratesExceptions()) {
            fail("an action on event loop '" + current().name + "' ended with " + failure, failure, false);
        }
    }

    /** The event loop whose action the calling thread is in, if it is that of one. */
    @Nullable
    SimulatedLoop actingLoop() {
        SimulatedThread thread = current;
        return thread == null || !isInside() ? null : thread.acting;
    }

    /**
     * No thread is ready. A loop in the middle of an action then waits for a lock whose owner waits for something else.
     */
    private boolean failIfLoopWaits() {
        for (SimulatedThread thread : acting) {
            if (!thread.ready && !thread.isOver()) {
                SimulationFailure failure = fail(
                        "an action on event loop '" + thread.name + "' waits for a thread that waits itself",
                        null,
                        true);
                failures.addStack(failure, thread);
                return true;
            }
        }
        return false;
    }

    // ---- threads

    /** Starts a thread; callable from the simulation's threads and events. */
    SimulatedThread start(String name, @Nullable SimulatedEnvironment host, Runnable task) {
        requireInside("start a thread");
        SimulatedThread thread = living.add(name, host);
        starting = thread;
        try {
            starter.execute(() -> runTask(thread, task));
        } finally {
            starting = null;
        }
        return thread;
    }

    private Thread makeThread(Runnable task) {
        SimulatedThread thread = starting;
        if (thread == null) {
            throw new IllegalStateException("not called by start");
        }
        Thread virtual = VirtualThreads.builder(thread)
                .name(thread.name)
                .inheritInheritableThreadLocals(isPerturbing())
                .unstarted(task);
        thread.bind(virtual, null);
        return virtual;
    }

    private void runTask(SimulatedThread thread, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            if (thread.host == null || !settings.toleratesExceptions()) {
                fail("thread '" + thread.name + "' ended with " + e, e, false);
            }
        } finally {
            thread.ended = true;
        }
    }

    private void forget(SimulatedThread thread) {
        thread.ended = true;
        cancel(thread);
        living.remove(thread);
    }

    /** A thread can go on. Called by the JDK, on the carrier or else the simulation is broken. */
    void ready(SimulatedThread thread) {
        if (thread.ready || monitors.accept(thread) || !admits(thread)) {
            return;
        }
        thread.ready = true;
        ready.add(thread);
    }

    /** A thread can go on that product code made itself, on the scheduler it inherited. */
    void readyStray(SimulatedThread parent, Runnable run) {
        if (admits(parent)) {
            ready(living.stray(parent, run));
        }
    }

    private boolean admits(SimulatedThread thread) {
        if (failures.isReporting()) {
            return false;
        }
        if (isInside()) {
            return true;
        }
        fail("thread '" + thread.name + "' " + Failures.wokenByCaller(), null, true)
                .addStack(
                        Thread.currentThread().getName(), Thread.currentThread().getStackTrace());
        return false;
    }

    /** Whether the caller is a thread of this simulation or one of its events. */
    boolean isInside() {
        Thread mine = carrier;
        return mine != null && mine.equals(VirtualThreads.currentCarrier());
    }

    boolean isMakingThread() {
        return starting != null;
    }

    void requireInside(String what) {
        if (!isInside()) {
            String name = Thread.currentThread().getName();
            SimulationFailure outside =
                    fail("thread '" + name + "', which is no part of the simulation, wants to " + what, null, false);
            throw new IllegalStateException(outside.getMessage(), outside);
        }
    }

    /** The simulated thread that runs. */
    private SimulatedThread current() {
        SimulatedThread thread = current;
        if (thread == null || !isInside()) {
            throw new IllegalStateException("only a thread of the simulation may wait");
        }
        if (thread.threadIfKnown() == null) {
            thread.bind(Thread.currentThread(), thread.turn());
        }
        return thread;
    }

    /** For the watchdog: the thread that runs now, or an old one. */
    @Nullable
    SimulatedThread running() {
        return current;
    }

    String runningName() {
        SimulatedThread thread = current;
        return thread == null ? "an event" : "thread '" + thread.name + "'";
    }

    // ---- waiting

    void schedule(Event event, long time) {
        timers.add(event, Math.max(now, time));
    }

    void cancel(Event event) {
        timers.remove(event);
    }

    /** Gives the turn up if the seed says so. */
    @SuppressWarnings("ThreadPriorityCheck") // here, Thread.yield does exactly what it should
    void schedulePoint() {
        SimulatedThread running = current;
        if (running != null && ready.preempts(running)) {
            Thread.yield();
        }
    }

    /** Parks until unparked, interrupted, the moment has come, or for no reason. */
    void park(Object blocker, long until) {
        SimulatedThread thread = current();
        if (thread.acting != null) {
            fail("an action on event loop '" + thread.name + "' waits: " + blocker, null, false)
                    .addStack(thread.name, Thread.currentThread().getStackTrace());
        }
        schedulePoint();
        if (until <= now || (isPerturbing() && random.oneIn(spuriousOneIn))) {
            return;
        }
        if (until == Long.MAX_VALUE) {
            LockSupport.park(blocker);
            return;
        }
        timers.add(thread, until);
        try {
            LockSupport.park(blocker);
        } finally {
            timers.remove(thread);
        }
    }

    /** Waits until no other thread has anything left to do at this moment. */
    void settle() {
        SimulatedThread thread = current();
        settling.add(thread);
        while (settling.contains(thread)) {
            LockSupport.park(this);
        }
    }

    /** Ends the run; the first failure counts. */
    SimulationFailure fail(String what, @Nullable Throwable cause, boolean withThreads) {
        return failures.add(what, now, turns, cause, withThreads);
    }
}
