package libp2p.streams.engine;

/**
 * The use of a connection by a thread, which holds its lock meanwhile. Closing it is the one way out: it sends what is
 * due, wakes the threads that wait, tells the next deadline and gives the lock up.
 */
public final class Turn implements AutoCloseable {
    /** What is done on the way out. */
    public enum Leave {
        /** Everything. */
        SENDING,
        /** Everything if there is reason to send, which reading rarely gives; otherwise the lock is given up. */
        IF_DUE,
        /**
         * By the event loop, which first runs the actions of streams that can be read: their writes take the
         * acknowledgement along.
         */
        LOOP
    }

    private final EngineConnection connection;
    private final Leave leave;

    Turn(EngineConnection connection, Leave leave) {
        this.connection = connection;
        this.leave = leave;
    }

    @Override
    public void close() {
        connection.leave(leave);
    }
}
