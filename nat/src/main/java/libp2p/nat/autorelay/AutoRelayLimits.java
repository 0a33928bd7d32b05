package libp2p.nat.autorelay;

import java.time.Duration;

/**
 * Bounds of the search for relays.
 *
 * @param relays places that are kept at the same time
 * @param candidates peers that are remembered as possible relays
 * @param boot how long it is waited for an answer about reachability before relays are used without one
 * @param tick how often it is looked whether something is to be done
 * @param search pause between two searches by routing
 * @param searchTime for one search
 * @param refused how long a relay that refused is left alone
 * @param lost how long a relay that was lost or could not be reached is left alone
 * @param trying relays that are asked at the same time
 */
public record AutoRelayLimits(
        int relays,
        int candidates,
        Duration boot,
        Duration tick,
        Duration search,
        Duration searchTime,
        Duration refused,
        Duration lost,
        int trying) {
    /** The defaults of every bound. */
    public static final AutoRelayLimits DEFAULT = new AutoRelayLimits(
            2,
            20,
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            3);
}
