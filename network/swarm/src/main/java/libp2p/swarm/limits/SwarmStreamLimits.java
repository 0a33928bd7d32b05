package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.swarm.negotiation.NegotiationLimits;

/**
 * Bounds of streams.
 *
 * @param negotiation bounds of multistream-select, also where it chooses secure channels and muxers
 */
public record SwarmStreamLimits(
        NegotiationLimits negotiation,

        @Bound(value = "10s", least = "1ms", most = "1d", is = "how long agreeing on the protocol of a stream may take")
        Duration negotiationTimeout,

        @Bound(
                value = "15s",
                least = "1ms",
                most = "1d",
                is = "how long opening a stream may take, unless the caller sets a time")
        Duration openTimeout,

        @Bound(
                value = "0s",
                least = "0s",
                most = "365d",
                is = "how long a read on a stream may wait, unless the protocol sets a time; 0s waits without end")
        Duration readTimeout,

        @Bound(
                value = "512",
                least = "1",
                most = "2097150",
                unit = "characters",
                is = "of a protocol id that this host serves; registering a longer one fails")
        int protocolLength,

        @Bound(
                value = "10000",
                least = "1",
                most = "1000000",
                unit = "protocols",
                is = "that this host serves; registering more fails")
        int handlers) {
    /** The defaults. */
    public static final SwarmStreamLimits DEFAULT = Bounds.defaults(SwarmStreamLimits.class);

    public SwarmStreamLimits {
        Bounds.check(
                SwarmStreamLimits.class,
                negotiation,
                negotiationTimeout,
                openTimeout,
                readTimeout,
                protocolLength,
                handlers);
    }

    /** The same with another time that a read waits where the stream is given none; zero waits without end. */
    public SwarmStreamLimits withReadTimeout(Duration value) {
        return new SwarmStreamLimits(negotiation, negotiationTimeout, openTimeout, value, protocolLength, handlers);
    }
}
