package libp2p.security.pnet;

import java.io.IOException;

/** The remote peer is not in the same private network. */
public class PskMismatchException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message what was seen instead */
    public PskMismatchException(String message) {
        super("private network: " + message);
    }
}
