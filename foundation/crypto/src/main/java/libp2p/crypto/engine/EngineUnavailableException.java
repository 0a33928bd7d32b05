package libp2p.crypto.engine;

/** An engine cannot serve a primitive here; the message says why. */
public final class EngineUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /** With the reason in one line. */
    public EngineUnavailableException(String reason) {
        super(reason);
    }
}
