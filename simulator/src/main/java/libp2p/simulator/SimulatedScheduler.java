package libp2p.simulator;

import java.util.ArrayList;
import java.util.IdentityHashMap;
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
    private final Simulation.Settings settings;
    private final Trace trace;
    private final ReadyQueue ready;
    private final TimerQueue timers = new TimerQueue();
    private final List<SimulatedThread> living = new ArrayList<>();
    private final List<SimulatedThread> settling = new ArrayList<>();
    private final IdentityHashMap<Runnable, SimulatedThread> strays = new IdentityHashMap<>();
    private final SeededRandom random;
    private final long turnNanos;
    private final int spuriousOneIn;
    private final int shortReadOneIn;
    private final StrayThreadGuard guard = new StrayThreadGuard();
    private final AtomicLong progress = new AtomicLong();
    private final ExecutorService starter;

    private @Nullable Thread carrier;
    private @Nullable SimulatedThread current;
    private @Nullable SimulatedThread starting;
    private long now = Simulation.START_NANOS;
    private long turns;
    private long turnsOfThisMoment;
    private long turnsWhenSettled = -1;
    private long threadIds;
    private boolean reporting;
    private volatile @Nullable SimulationFailure failure;

    SimulatedScheduler(Simulation.Settings settings, Trace trace) {
        VirtualThreads.requireAccess();
        this.settings = settings;
        this.trace = trace;
        this.random = SeededRandom.of(settings.seed(), "schedule");
        this.ready = queue(settings.schedule());
        long[] turnTimes = {0, 0, 0, 1_000, 50_000};
        this.turnNanos = settings.schedule() == Schedule.MIXED ? turnTimes[random.nextInt(turnTimes.length)] : 0;
        this.spuriousOneIn = 4 << (2 * random.nextInt(3));
        this.shortReadOneIn = 2 << (3 * random.nextInt(3));
        // An executor of one thread per task is a thread container of its own: when a run is over, the threads it left
        // waiting are garbage, while the JVM's root container would keep them for ever.
        this.starter = Executors.newThreadPerTaskExecutor((ThreadFactory) task -> newThread(task));
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

    long turns() {
        return turns;
    }

    AtomicLong progress() {
        return progress;
    }

    /** Whether the simulation adds switches, wake-ups for no reason and short reads to what the program asks for. */
    boolean isPerturbing() {
        return settings.schedule() != Schedule.FIFO;
    }

    /** Whether a read returns less than it could. */
    boolean shortensRead() {
        return isPerturbing() && random.oneIn(shortReadOneIn);
    }

    // ---- the carrier's loop

    /** Runs until the task of the first thread has returned or something fails. */
    void run(Runnable main) {
        carrier = Thread.currentThread();
        if (isPerturbing()) {
            guard.set(this);
        }
        try {
            SimulatedThread first = start("main", null, main);
            while (!first.ended && failure == null) {
                step();
            }
        } finally {
            guard.remove();
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
        progress.setOpaque(++turns);
        if (++turnsOfThisMoment > settings.limits().turnsPerMoment()
                || turns > settings.limits().turns()) {
            fail("no end in sight: " + turns + " turns, the last " + turnsOfThisMoment + " at one moment", null, true);
            return;
        }
        trace.turn(now, thread.id);
        current = thread;
        thread.turn.run();
        current = null;
        if (thread.ended) {
            forget(thread);
        } else if (!thread.ready && thread.thread != null) {
            checkWait(thread);
        }
    }

    /** Nothing is ready: lets the settling threads look, or goes on to the next event. */
    private void jump() {
        if (!settling.isEmpty() && turns != turnsWhenSettled) {
            List<SimulatedThread> woken = List.copyOf(settling);
            settling.clear();
            turnsWhenSettled = turns + woken.size(); // their own turns do not count
            for (SimulatedThread thread : woken) {
                LockSupport.unpark(thread.thread);
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

    private void checkWait(SimulatedThread thread) {
        VirtualThreads.Waiting waiting = VirtualThreads.waiting(thread.thread);
        if (waiting != VirtualThreads.Waiting.PROPERLY) {
            SimulationFailure failed =
                    fail("thread '" + thread.name + "' " + waiting.words + ", which no seed can replay", null, false);
            reporting = true;
            failed.addStack(thread.name, thread.thread.getStackTrace());
        } else if (thread.thread.getState() == Thread.State.TERMINATED) {
            forget(thread);
        }
    }

    // ---- threads

    /** Starts a thread; callable from the simulation's threads and events. */
    SimulatedThread start(String name, @Nullable SimulatedEnvironment host, Runnable task) {
        requireInside("start a thread");
        SimulatedThread thread = new SimulatedThread(this, threadIds++, name, host);
        thread.livingIndex = living.size();
        living.add(thread);
        SimulatedThread outer = starting;
        starting = thread;
        try {
            starter.execute(() -> runTask(thread, task));
        } finally {
            starting = outer;
        }
        return thread;
    }

    private Thread newThread(Runnable task) {
        SimulatedThread thread = starting;
        thread.thread = VirtualThreads.builder(thread)
                .name(thread.name)
                .inheritInheritableThreadLocals(isPerturbing())
                .unstarted(task);
        return thread.thread;
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
        SimulatedThread last = living.removeLast();
        if (last != thread) {
            last.livingIndex = thread.livingIndex;
            living.set(thread.livingIndex, last);
        }
        if (!strays.isEmpty()) {
            strays.remove(thread.turn);
        }
    }

    /** A thread can go on. Called by the JDK, on the carrier or else the simulation is broken. */
    void ready(SimulatedThread thread) {
        if (reporting || thread.ready) {
            return;
        }
        if (VirtualThreads.currentCarrier() != carrier) {
            failFromOutside(thread);
            return;
        }
        thread.ready = true;
        ready.add(thread);
    }

    /** A thread can go on that product code made itself, on the scheduler it inherited. */
    void readyStray(SimulatedThread parent, Runnable run) {
        if (reporting) {
            return;
        }
        if (VirtualThreads.currentCarrier() != carrier) {
            failFromOutside(parent);
            return;
        }
        SimulatedThread stray = strays.get(run);
        if (stray == null) {
            stray = new SimulatedThread(this, threadIds++, "started by " + parent.name, parent.host);
            stray.turn = run;
            stray.thread = VirtualThreads.threadOf(run);
            stray.livingIndex = living.size();
            living.add(stray);
            strays.put(run, stray);
        }
        ready(stray);
    }

    private void failFromOutside(SimulatedThread thread) {
        Thread intruder = Thread.currentThread();
        String what = switch (intruder.getName()) { // helpers of the JDK
            case "VirtualThread-unparker" -> VirtualThreads.Waiting.TIMED_PARK.words;
            case "VirtualThread-unblocker" -> VirtualThreads.Waiting.MONITOR.words;
            default -> "was woken by thread '" + intruder.getName() + "', which is no part of the simulation";
        };
        fail("thread '" + thread.name + "' " + what, null, true).addStack(intruder.getName(), intruder.getStackTrace());
    }

    /** Whether the caller is a thread of this simulation or one of its events. */
    boolean isInside() {
        return carrier != null && VirtualThreads.currentCarrier() == carrier;
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
    SimulatedThread current() {
        SimulatedThread thread = current;
        if (thread == null || !isInside()) {
            throw new IllegalStateException("only a thread of the simulation may wait");
        }
        if (thread.thread == null) {
            thread.thread = Thread.currentThread();
        }
        return thread;
    }

    /** For the watchdog: the thread that runs now, or an old one. */
    @Nullable
    SimulatedThread running() {
        return current;
    }

    List<SimulatedThread> living() {
        return living;
    }

    // ---- waiting

    void schedule(Event event, long time) {
        timers.add(event, Math.max(now, time));
    }

    void cancel(Event event) {
        timers.remove(event);
    }

    /** Gives the turn up if the seed says so. */
    void schedulePoint() {
        SimulatedThread running = current;
        if (running != null && ready.preempts(running)) {
            Thread.yield();
        }
    }

    /** Parks until unparked, interrupted, the moment has come, or for no reason. */
    void park(Object blocker, long until) {
        SimulatedThread thread = current();
        schedulePoint();
        if (until <= now || isPerturbing() && random.oneIn(spuriousOneIn)) {
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

    // ---- failure

    @Nullable
    SimulationFailure failure() {
        return failure;
    }

    /** Ends the run; the first failure counts. */
    synchronized SimulationFailure fail(String what, @Nullable Throwable cause, boolean withThreads) {
        SimulationFailure first = failure;
        if (first == null) {
            first = new SimulationFailure(settings.describe(what, now, turns), cause, withThreads);
            failure = first;
        }
        return first;
    }

    /** Adds the stacks of the living threads to the failure if they help; on the carrier, after the run. */
    void completeReport() {
        reporting = true;
        SimulationFailure failed = failure;
        if (failed != null && failed.wantsThreads()) {
            for (SimulatedThread thread : living) {
                if (thread.thread != null) {
                    failed.addThread(thread.name, thread.thread);
                }
            }
        }
    }

    /** Notices platform threads that simulated threads make: the JDK asks it for the child's value. */
    private static final class StrayThreadGuard extends InheritableThreadLocal<SimulatedScheduler> {
        @Override
        protected SimulatedScheduler childValue(SimulatedScheduler scheduler) {
            scheduler.checkChild();
            return scheduler;
        }
    }

    private void checkChild() {
        if (starting != null || !isInside()) {
            return;
        }
        boolean virtual = StackWalker.getInstance()
                .walk(frames -> frames.limit(8).anyMatch(f -> f.getClassName().equals("java.lang.VirtualThread")));
        if (!virtual) {
            String name = current == null ? "an event" : "thread '" + current.name + "'";
            SimulationFailure stray = fail(name + " makes a platform thread, which no seed can replay", null, false);
            stray.addStack(
                    Thread.currentThread().getName(), Thread.currentThread().getStackTrace());
            throw new IllegalStateException(stray.getMessage());
        }
    }
}
