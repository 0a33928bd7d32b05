package libp2p.protocols.request;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param bytes of an object that is read
 * @param timeout of an exchange
 */
public record JsonRequestLimits(int bytes, Duration timeout) {
    /** The defaults. */
    public static final JsonRequestLimits DEFAULT = new JsonRequestLimits(1 << 20, Duration.ofSeconds(30));
}
