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

    /** Throws if no byte may be read any more, now or later. Needs the lock. */
    void checkReadable() throws IOException {
        if (!state.isReadable()) {
            checkAbort();
            throw new ClosedChannelException();
        }
    }

    /** Whether a byte may be written. Needs the lock. */
    boolean isWritable() {
        return state.abort() == StreamState.Abort.NONE && state.sending() == StreamState.Sending.OPEN;
    }

    /** Throws if no byte may be written any more. Needs the lock. */
    void checkWritable() throws IOException {
        checkAbort();
        switch (state.sending()) {
            case OPEN -> {}
            case BROKEN -> throw new IOException("an interrupted or late write has cut this stream short; reset it");
            case FINISHING, FINISHED -> throw new ClosedChannelException();
        }
    }

    private void checkAbort() throws IOException {
        switch (state.abort()) {
            case NONE -> {}
            case LOCAL_RESET -> throw new StreamResetException(state.code(), false);
            case REMOTE_RESET -> throw new StreamResetException(state.code(), true);
            case CONNECTION ->
                throw new ConnectionClosedException(closeReason == null ? CloseReason.LOCAL : closeReason);
        }
    }

    /** The exception for a wait that an interrupt ended; sets the flag of the thread again. */
    static InterruptedIOException interrupted(String what, int transferred) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception = new InterruptedIOException("interrupted: " + what);
        exception.bytesTransferred = transferred;
        return exception;
    }
}
