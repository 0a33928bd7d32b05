package libp2p.core.connection;

import java.io.InterruptedIOException;

/** The deadline of the operation has passed. */
public class DeadlineExceededException extends InterruptedIOException {
    private static final long serialVersionUID = 1;

    /** @param what the operation, for example {@code "read"} */
    public DeadlineExceededException(String what) {
        super("deadline exceeded: " + what);
    }
}
