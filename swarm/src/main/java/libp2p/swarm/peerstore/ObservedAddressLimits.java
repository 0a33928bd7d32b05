package libp2p.swarm.peerstore;

import java.time.Duration;

/**
 * Bounds of the observations.
 *
 * @param observers different observers that are needed before an address is believed; half of them keep it believed
 * @param perLocal addresses that are believed per local address
 * @param locals local addresses that are tracked; the one heard of longest ago is forgotten first
 * @param votes connections that have a vote per local address; the oldest vote is forgotten first
 * @param interval from one change of what is believed to the next at least
 */
public record ObservedAddressLimits(int observers, int perLocal, int locals, int votes, Duration interval) {
    /** The defaults. */
    public static final ObservedAddressLimits DEFAULT = new ObservedAddressLimits(4, 3, 64, 256, Duration.ofSeconds(5));
}
