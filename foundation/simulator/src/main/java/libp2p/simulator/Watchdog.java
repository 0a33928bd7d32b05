package libp2p.simulator;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform daemon thread that prints stacks and seed when a simulation makes no progress: a thread spins, which is
 * seen by the processor time of the carrier, or blocks the carrier, which then uses none. A run that waits for a
 * processor of a busy machine uses some, however little, and is left alone.
 */
final class Watchdog {
    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    /** After a longer gap between two looks the process itself stood still. */
    private static final long GAP_NANOS = 10 * PERIOD_NANOS;
    /** Processor time by which a carrier counts as running. */
    private static final long RUNNING_NANOS = Duration.ofMillis(1).toNanos();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final CopyOnWriteArrayList<Guarded> GUARDED = new CopyOnWriteArrayList<>();
    private static final Thread THREAD = Thread.ofPlatform()
            .daemon()
            .name("simulation watchdog")
            .inheritInheritableThreadLocals(false)
            .start(Watchdog::watch);

    private Watchdog() {}

    /** Watches a run that happens on the calling thread, until closed. */
    static Guarded guard(SimulatedScheduler scheduler, Simulation.Settings settings) {
        Guarded guarded = new Guarded(scheduler, settings, Thread.currentThread());
        GUARDED.add(guarded);
        if (GUARDED.size() == 1) {
            LockSupport.unpark(THREAD);
        }
        return guarded;
    }

    private static void watch() {
        while (true) {
            if (GUARDED.isEmpty()) {
                LockSupport.park(GUARDED);
            } else {
                LockSupport.parkNanos(GUARDED, PERIOD_NANOS);
                GUARDED.forEach(Guarded::look);
            }
        }
    }

    /** A run under watch. */
    static final class Guarded {
        private final SimulatedScheduler scheduler;
        private final Simulation.Settings settings;
        private final Thread carrier;
        private long progress = -1;
        private long lookedAt;
        /** Processor time at the last progress. */
        private long processorSince;
        /** When the carrier was last seen to run, and its processor time then. */
        private long ranAt;

        private long processorThen;

        private Guarded(SimulatedScheduler scheduler, Simulation.Settings settings, Thread carrier) {
            this.scheduler = scheduler;
            this.settings = settings;
            this.carrier = carrier;
        }

        private void look() {
            long latest = scheduler.progress().getOpaque();
            long now = System.nanoTime();
            long processor = processor(now);
            boolean progressed = latest != progress;
            if (progressed) {
                progress = latest;
                processorSince = processor;
            }
            if (progressed || processor - processorThen >= RUNNING_NANOS || now - lookedAt > GAP_NANOS) {
                ranAt = now;
                processorThen = processor;
            }
            lookedAt = now;
            long stall = settings.limits().stall().toNanos();
            if (processor - processorSince >= stall) {
                processorSince = processor;
                report("of processor time");
            } else if (now - ranAt >= stall) {
                ranAt = now;
                report("in which the carrier was blocked");
            }
        }

        /**
         * Processor time of the carrier with the virtual threads that it runs; the clock where the system does not
         * tell.
         */
        private long processor(long now) {
            long time = THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(carrier.threadId()) : -1;
            return time < 0 ? now : time;
        }

        private void report(String kind) {
            SimulationFailure failure = scheduler.fail(
                    "no turn has ended for " + settings.limits().stall().toSeconds() + " s " + kind, null, true);
            failure.addStack("carrier", carrier.getStackTrace());
            SimulatedThread running = scheduler.running();
            Thread thread = running == null ? null : running.threadIfKnown();
            if (thread != null) {
                failure.addStack(thread.getName(), thread.getStackTrace());
                thread.interrupt(); // ends a wait that pins the carrier
            }
            System.err.println(failure.getMessage());
        }

        void close() {
            GUARDED.remove(this);
        }
    }
}
