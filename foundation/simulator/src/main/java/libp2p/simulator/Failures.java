package libp2p.simulator;

import org.jspecify.annotations.Nullable;

/** The first thing that went wrong in a run, whichever thread saw it. The only part of a run that is shared with threads
 * from outside. */
final class Failures {
    private final Simulation.Settings settings;
    private volatile @Nullable SimulationFailure first;
    /** Stacks are being taken, for which the JDK hands threads to their executors again. */
    private volatile boolean reporting;

    Failures(Simulation.Settings settings) {
        this.settings = settings;
    }

    @Nullable
    SimulationFailure first() {
        return first;
    }

    boolean any() {
        return first != null;
    }

    boolean isReporting() {
        return reporting;
    }

    /** Ends the run; returns the first failure, which is the one that counts. */
    synchronized SimulationFailure add(
            String what, long now, long turns, @Nullable Throwable cause, boolean withThreads) {
        SimulationFailure failure = first;
        if (failure == null) {
            failure = new SimulationFailure(settings.describe(what, now, turns), cause, withThreads);
            first = failure;
        }
        return failure;
    }

    /** The error for a thread outside of the simulation that wakes one inside. */
    static String wokenByCaller() {
        String intruder = Thread.currentThread().getName();
        return switch (intruder) { // helpers of the JDK
            case "VirtualThread-unparker" -> VirtualThreads.Waiting.TIMED_PARK.words;
            case "VirtualThread-unblocker" -> VirtualThreads.Waiting.MONITOR.words;
            default -> "was woken by thread '" + intruder + "', which is no part of the simulation";
        };
    }

    void addStack(SimulationFailure failure, SimulatedThread thread) {
        reporting = true;
        Thread known = thread.threadIfKnown();
        if (known != null) {
            failure.addThread(thread.name, known);
        }
    }

    /** Adds the stacks of the living threads to the failure if they help; on the carrier, after the run. */
    void complete(LivingThreads living) {
        SimulationFailure failure = first;
        if (failure != null && failure.wantsThreads()) {
            living.inOrder().forEach(thread -> addStack(failure, thread));
        }
    }
}
