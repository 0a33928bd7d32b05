package libp2p.core.peer;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among peers that offer the same, by how they have served. The host notes failed dials and how quickly streams
 * were negotiated, ping notes its round trips; an application adds what serving means to it, such as the time of a
 * request. Thread-safe; no method blocks.
 */
public interface PeerSelector {
    /** A peer has served. */
    void succeeded(PeerId peer, Duration latency);

    /** A peer has failed to serve. */
    void failed(PeerId peer);

    /** The weight of a peer now, above 0 and at most 1. */
    double weight(PeerId peer);

    /** The candidate of the greatest weight, of equals the first; null if there is none. */
    @Nullable
    PeerId best(Collection<PeerId> candidates);

    /** The candidates of the greatest weights, greatest first, of equals in their order; at most {@code count}. */
    List<PeerId> top(int count, Collection<PeerId> candidates);

    /** Draws a candidate, each with a probability in proportion to its weight; null if there is none. */
    @Nullable
    PeerId draw(Collection<PeerId> candidates);
}
