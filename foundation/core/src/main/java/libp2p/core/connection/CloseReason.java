package libp2p.core.connection;

import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended.
 *
 * @param code see {@link ErrorCode}; 0 for an orderly end
 * @param remote whether the remote peer ended it
 * @param text for people; written by this host, never taken unescaped from the network
 * @param cause what went wrong, if anything did
 */
public record CloseReason(
        long code, boolean remote, String text, @Nullable Throwable cause) {
    /** An orderly end by this host. */
    public static final CloseReason LOCAL = new CloseReason(ErrorCode.NONE, false, "closed", null);

    public CloseReason {
        ErrorCode.check(code);
    }

    /** A failure seen by this host. */
    public static CloseReason failure(long code, Throwable cause) {
        return new CloseReason(code, false, String.valueOf(cause.getMessage()), cause);
    }

    @Override
    public String toString() {
        return text
                + (remote ? " (by the remote peer" : " (locally")
                + (code == 0 ? ")" : ", code 0x" + Long.toHexString(code) + ")");
    }
}
