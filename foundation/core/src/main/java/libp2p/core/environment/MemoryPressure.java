package libp2p.core.environment;

/** Tells when memory is short. */
@FunctionalInterface
public interface MemoryPressure {
    /** It never is. */
    MemoryPressure NONE = listener -> () -> {};

    /** Ends a watch; idempotent, never blocks. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls back after each collection of garbage that has left the heap too full. The call comes without locks,
     * perhaps on a thread of the runtime: the listener must be quick, must not block and should start a thread for its
     * work.
     */
    Watch watch(Runnable listener);
}
