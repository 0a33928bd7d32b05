package libp2p.core.failure;

import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The facts that every error of the network carries beside its class and its text: with whom it happened, in which
 * protocol, and whether it is worth another try. All are {@code IOException}s, most of them {@link NetworkException}s.
 */
public interface NetworkFailure {
    /** The remote peer, or null where no peer has proved, or was asked to prove, its identity. */
    @Nullable
    PeerId peer();

    /** The protocol that failed, such as {@code "/yamux/1.0.0"}, or that of the stream; null outside every protocol. */
    @Nullable
    String protocol();

    /**
     * Whether the same attempt may succeed when it is made again, perhaps later or over another connection. False where
     * the answer depends on what the peers are, or on how they are configured, and not on the moment.
     */
    boolean isRetryable();

    /** Says where it happened; known parts stay, null says nothing. */
    void addContext(@Nullable PeerId peer, @Nullable String protocol);

    /** Says where an error happened, if it is one that wants to know, and returns it to be thrown. */
    static <T extends Throwable> T located(T error, @Nullable PeerId peer, @Nullable String protocol) {
        if (error instanceof NetworkFailure failure) {
            failure.addContext(peer, protocol);
        }
        return error;
    }

    /** Whether an attempt that failed so is worth another one: errors of sockets and of name servers always are. */
    static boolean isRetryable(Throwable error) {
        return !(error instanceof NetworkFailure failure) || failure.isRetryable();
    }

    /** The message of an error without peer and protocol, for an error that names them itself. */
    static @Nullable String plainText(Throwable error) {
        return FailureContext.unplaced(error);
    }
}
