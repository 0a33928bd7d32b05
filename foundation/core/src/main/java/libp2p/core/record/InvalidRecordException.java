package libp2p.core.record;

import java.io.IOException;

/** An envelope or record that is well-formed but must not be believed. */
public class InvalidRecordException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message the defect of the record */
    public InvalidRecordException(String message) {
        super(message);
    }
}
