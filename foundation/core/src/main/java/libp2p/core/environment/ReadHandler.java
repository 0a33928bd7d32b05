package libp2p.core.environment;

/** The action that an event loop calls when a socket may have something to read. */
@FunctionalInterface
public interface ReadHandler {
    /** Says that there is more, though not on the socket: to be called again when other sockets have had their turn. */
    long AGAIN = -1;

    /**
     * Reads until a read returns 0 bytes, the end, or an exception. Called once when the events begin, then whenever
     * bytes or the end have come, and once more after the socket was closed; never by two threads at a time. It runs on
     * a thread that serves many sockets, so it must not wait for anything.
     *
     * @return nanoseconds for which it does not want to be called, whatever comes; 0 for none, or {@link #AGAIN}
     */
    long onReadable();

    /**
     * The system has let go of the closed socket, so that its address can be bound again. Called once, after the last
     * call of {@link #onReadable} and on the same thread; it must not wait for anything.
     */
    default void onReleased() {}
}
