package libp2p.quic.connection;

import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;

/**
 * The pace of frames that ask for an answer each: PATH_CHALLENGE (RFC 9000, section 8.2) and RETIRE_CONNECTION_ID
 * (section 5.1.2). A peer sends one or a few for each address that it moves to; one that sends thousands only wants work
 * done. Under the lock of the connection.
 */
final class FramePace {
    /** As many at once. */
    static final int MAX = 1024;
    /** As many in a second after that. */
    static final int PER_SECOND = 100;

    private static final long INTERVAL = 1_000_000_000L / PER_SECOND;

    private final String frames;
    private long paid;
    private boolean any;

    /** @param frames what they are, for errors */
    FramePace(String frames) {
        this.frames = frames;
    }

    /**
     * One arrives.
     *
     * @param now in nanoseconds, on a clock that does not go back and may be negative
     * @throws TransportException if there are too many
     */
    void arrived(long now) throws TransportException {
        if (!any || paid - now < 0) {
            paid = now;
            any = true;
        }
        paid += INTERVAL;
        if (paid - now > MAX * INTERVAL) {
            throw new TransportException(
                    TransportError.INTERNAL_ERROR,
                    "more than the limit of " + MAX + " " + frames + " at once and " + PER_SECOND + " a second");
        }
    }
}
