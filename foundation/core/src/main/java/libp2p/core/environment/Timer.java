package libp2p.core.environment;

/** A task that waits for its time. */
@FunctionalInterface
public interface Timer {
    /** Cancels the task if it has not started; harmless otherwise, and as often as you like. Never blocks. */
    void cancel();
}
