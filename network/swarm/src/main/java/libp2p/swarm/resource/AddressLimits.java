package libp2p.swarm.resource;

import java.util.List;

/**
 * Limits of inbound connections by remote address, before any handshake. Loopback and the allow list are exempt.
 *
 * @param rules all of them are applied
 * @param idle networks without a connection whose rate is remembered, per rule; the one heard of longest ago is
 *     forgotten
 */
public record AddressLimits(List<Rule> rules, int idle) {
    /** go-libp2p's limits. */
    public static final AddressLimits DEFAULT =
            new AddressLimits(List.of(new Rule(32, 56, 8, 0.2, 16), new Rule(-1, 48, 64, 0.5, 80)), 16_384);

    /** No limits of addresses. */
    public static final AddressLimits UNLIMITED = new AddressLimits(List.of(), 0);

    public AddressLimits {
        rules = List.copyOf(rules);
    }

    /**
     * One limit for every network of a size.
     *
     * @param bits4 prefix length of IPv4, or -1 if this rule is not for IPv4
     * @param bits6 prefix length of IPv6, at most 64, or -1 if this rule is not for IPv6
     * @param connections at a time
     * @param perSecond new connections a second on the average
     * @param burst new connections at once
     */
    public record Rule(int bits4, int bits6, int connections, double perSecond, int burst) {
        public Rule {
            if (bits4 < -1 || bits4 > 32 || bits6 < -1 || bits6 > 64) {
                throw new IllegalArgumentException(
                        "prefixes of " + bits4 + " bits for IPv4 and " + bits6 + " for IPv6, of at most 32 and 64");
            }
            if (connections < 0 || !(perSecond >= 0) || burst < 0) {
                throw new IllegalArgumentException("connections " + connections + ", " + perSecond
                        + " per second, burst " + burst + ": at least 0");
            }
        }
    }
}
