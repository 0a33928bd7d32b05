package libp2p.streams;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** The state that the two directions of a stream share: its lock, its state, and the words for what went wrong. */
final class StreamCore {
    /** Guards everything of the stream, unless said otherwise. */
    final ReentrantLock lock = new ReentrantLock();

    final Environment environment;
    final StreamState state;

    private @Nullable CloseReason closeReason;

    StreamCore(Environment environment, StreamState state) {
        this.environment = environment;
        this.state = state;
    }

    /** The connection has ended. Needs the lock. */
    boolean connectionEnd(CloseReason reason) {
        closeReason = reason;
        return state.connectionEnd();
    }

    /** Why no byte may be read any more, now or later, if the state does not let it be. Needs the lock. */
    IOException readFailure() {
        IOException abort = abortion();
        return abort == null ? new ClosedChannelException() : abort;
    }

    /** Whether a byte may be written. Needs the lock. */
    boolean isWritable() {
        return state.abort() == StreamState.Abort.NONE && state.sending() == StreamState.Sending.OPEN;
    }

    /** Why no byte may be written any more; null if it may. Needs the lock. */
    @Nullable
    IOException writeFailure() {
        IOException abort = abortion();
        if (abort != null) {
            return abort;
        }
        return switch (state.sending()) {
            case OPEN -> null;
            case BROKEN -> new IOException("an interrupted or late write has cut this stream short; reset it");
            case FINISHING, FINISHED -> new ClosedChannelException();
        };
    }

    private @Nullable IOException abortion() {
        return switch (state.abort()) {
            case NONE -> null;
            case LOCAL_RESET -> new StreamResetException(state.code(), false);
            case REMOTE_RESET -> new StreamResetException(state.code(), true);
            case CONNECTION -> new ConnectionClosedException(closeReason == null ? CloseReason.LOCAL : closeReason);
        };
    }

    /** The exception for a wait that an interrupt ended; sets the flag of the thread again. */
    static InterruptedIOException interrupted(String what, int transferred) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception = new InterruptedIOException("interrupted: " + what);
        exception.bytesTransferred = transferred;
        return exception;
    }
}
