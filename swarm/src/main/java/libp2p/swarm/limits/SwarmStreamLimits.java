package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.swarm.negotiation.NegotiationLimits;

/**
 * Bounds of streams.
 *
 * @param negotiation bounds of multistream-select, also where it chooses secure channels and muxers
 * @param negotiationTimeout for agreeing on the protocol of a stream
 * @param openTimeout for opening a stream, when the caller sets none
 * @param readTimeout longest wait of a read on a stream whose protocol sets no timeout of its own; zero for ever
 * @param protocolLength characters of a protocol id that is served
 * @param handlers protocols that are served
 */
public record SwarmStreamLimits(
        NegotiationLimits negotiation,
        Duration negotiationTimeout,
        Duration openTimeout,
        Duration readTimeout,
        int protocolLength,
        int handlers) {
    /** The defaults. */
    public static final SwarmStreamLimits DEFAULT = new SwarmStreamLimits(
            NegotiationLimits.DEFAULT, Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ZERO, 512, 10_000);

    /** @throws IllegalArgumentException if the read timeout is negative */
    public SwarmStreamLimits {
        if (readTimeout.isNegative()) {
            throw new IllegalArgumentException("a read timeout of " + readTimeout);
        }
    }

    /** The same with another time that a read waits where the stream is given none; zero waits without end. */
    public SwarmStreamLimits withReadTimeout(Duration value) {
        return new SwarmStreamLimits(negotiation, negotiationTimeout, openTimeout, value, protocolLength, handlers);
    }
}
