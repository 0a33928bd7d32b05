package libp2p.core.identity;

import java.io.IOException;

/** Bytes that are not a key, or a key of a kind or size that is not taken. Never holds key material. */
public class MalformedKeyException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message the defect of the bytes */
    public MalformedKeyException(String message) {
        super(message);
    }

    /** @param message the defect of the bytes */
    public MalformedKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
