package libp2p.quic.connection;

/**
 * Why a connection is over.
 *
 * @param code of the transport or the application
 * @param application whose code it is
 * @param remote whether the remote has ended it
 * @param text for people; of this side, or escaped
 * @param cause what went wrong, or null
 */
public record CloseCause(
        long code,
        boolean application,
        boolean remote,
        String text,
        @org.jspecify.annotations.Nullable Throwable cause) {}
