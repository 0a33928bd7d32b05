package libp2p.streams.blocking;

import java.io.InterruptedIOException;

/** The word for a wait that an interrupt ended. */
final class Waits {
    private Waits() {}

    /** The exception of a call that was interrupted; sets the flag of the thread again. */
    static InterruptedIOException interrupted(String what, int transferred) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception = new InterruptedIOException("interrupted: " + what);
        exception.bytesTransferred = transferred;
        return exception;
    }
}
