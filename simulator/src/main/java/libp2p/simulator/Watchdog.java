package libp2p.simulator;

import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform daemon thread that prints stacks and seed when a simulation makes no progress in real time: a thread
 * spins, or blocks the carrier.
 */
final class Watchdog {
    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
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
        private long since;

        private Guarded(SimulatedScheduler scheduler, Simulation.Settings settings, Thread carrier) {
            this.scheduler = scheduler;
            this.settings = settings;
            this.carrier = carrier;
        }

        private void look() {
            long latest = scheduler.progress().getOpaque();
            long now = System.nanoTime();
            if (latest != progress) {
                progress = latest;
                since = now;
            } else if (now - since >= settings.limits().stall().toNanos()) {
                since = now;
                report();
            }
        }

        private void report() {
            SimulationFailure failure = scheduler.fail(
                    "no turn has ended for " + settings.limits().stall().toSeconds() + " s of real time", null, true);
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
