package libp2p.interop;

/** A check did not come out as it should; the message says how. */
final class CheckFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CheckFailedException(String message) {
        super(message);
    }
}
