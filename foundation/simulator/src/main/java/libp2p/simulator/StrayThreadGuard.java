package libp2p.simulator;

/**
 * Notices platform threads that simulated threads make: the JDK asks an inheritable thread-local for the child's value,
 * on the parent's thread, before there is a child.
 */
final class StrayThreadGuard extends InheritableThreadLocal<SimulatedScheduler> {
    /** Holds the simulation that a thread belongs to. */
    static final StrayThreadGuard INSTANCE = new StrayThreadGuard();

    private static final int FRAMES = 8;

    private StrayThreadGuard() {}

    @Override
    protected SimulatedScheduler childValue(SimulatedScheduler scheduler) {
        if (scheduler.isMakingThread() || !scheduler.isInside() || isVirtual()) {
            return scheduler;
        }
        SimulationFailure stray = scheduler.fail(
                scheduler.runningName() + " makes a platform thread, which no seed can replay", null, false);
        stray.addStack(Thread.currentThread().getName(), Thread.currentThread().getStackTrace());
        throw new IllegalStateException(stray.getMessage());
    }

    /** Whether the thread that is being made is virtual; those inherit our scheduler and are fine. */
    private static boolean isVirtual() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.limit(FRAMES).anyMatch(f -> f.getClassName().equals("java.lang.VirtualThread")));
    }
}
