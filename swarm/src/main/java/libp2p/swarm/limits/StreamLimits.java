package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.swarm.negotiation.NegotiationLimits;

/**
 * Bounds of streams.
 *
 * @param negotiation bounds of multistream-select, also where it chooses secure channels and muxers
 * @param negotiationTimeout for agreeing on the protocol of a stream
 * @param openTimeout for opening a stream, when the caller sets none
 * @param protocolLength characters of a protocol id that is served
 * @param handlers protocols that are served
 */
public record StreamLimits(
        NegotiationLimits negotiation,
        Duration negotiationTimeout,
        Duration openTimeout,
        int protocolLength,
        int handlers) {
    public static final StreamLimits DEFAULT =
            new StreamLimits(NegotiationLimits.DEFAULT, Duration.ofSeconds(10), Duration.ofSeconds(15), 512, 10_000);

    public StreamLimits withNegotiation(NegotiationLimits value) {
        return new StreamLimits(value, negotiationTimeout, openTimeout, protocolLength, handlers);
    }

    public StreamLimits withNegotiationTimeout(Duration value) {
        return new StreamLimits(negotiation, value, openTimeout, protocolLength, handlers);
    }

    public StreamLimits withOpenTimeout(Duration value) {
        return new StreamLimits(negotiation, negotiationTimeout, value, protocolLength, handlers);
    }

    public StreamLimits withProtocolLength(int value) {
        return new StreamLimits(negotiation, negotiationTimeout, openTimeout, value, handlers);
    }

    public StreamLimits withHandlers(int value) {
        return new StreamLimits(negotiation, negotiationTimeout, openTimeout, protocolLength, value);
    }
}
