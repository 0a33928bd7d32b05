package libp2p.discovery.mdns;

import java.time.Duration;

/**
 * Bounds of the things that a host says and remembers of its local networks.
 *
 * @param sockets one for each interface and family; 1 to 256
 * @param entries names of others that are remembered; 1 to 100,000
 * @param entriesPerSource of them that one address may have told; 1 to {@code entries}
 * @param addresses that are told, and remembered of each of the others; 1 to 100
 * @param messageBytes of a message that is sent, so that it fits into a frame: 512 to 9,000
 * @param packets that are looked at in one second on one socket; 1 to 100,000
 * @param unicasts answers to single askers in one second, and from one asker in ten; 1 to 1,000
 * @param ttl of the records that this host announces; 10 s to 75 min
 * @param longestTtl for which something is believed; at least {@code ttl}
 * @param period between two questions to all, when the first ones have been asked; at least 5 s
 * @param check between two looks at the interfaces and the own addresses; at least 1 s
 * @param dials at a time to those that were found; 1 to 1,000
 */
public record MdnsLimits(
        int sockets,
        int entries,
        int entriesPerSource,
        int addresses,
        int messageBytes,
        int packets,
        int unicasts,
        Duration ttl,
        Duration longestTtl,
        Duration period,
        Duration check,
        int dials) {
    /** The defaults of every bound. */
    public static final MdnsLimits DEFAULT = new MdnsLimits(
            16,
            1_024,
            64,
            32,
            1_400,
            200,
            20,
            Duration.ofMinutes(2),
            Duration.ofMinutes(75),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            8);

    public MdnsLimits {
        check("sockets", sockets, 1, 256);
        check("entries", entries, 1, 100_000);
        check("entriesPerSource", entriesPerSource, 1, entries);
        check("addresses", addresses, 1, 100);
        check("messageBytes", messageBytes, 512, 9_000);
        check("packets", packets, 1, 100_000);
        check("unicasts", unicasts, 1, 1_000);
        check("dials", dials, 1, 1_000);
        check("ttl in seconds", ttl.toSeconds(), 10, 4_500);
        if (longestTtl.compareTo(ttl) < 0) {
            throw new IllegalArgumentException("longestTtl is " + longestTtl + ", must be at least " + ttl);
        }
        check("period in seconds", period.toSeconds(), 5, Integer.MAX_VALUE);
        check("check in seconds", check.toSeconds(), 1, Integer.MAX_VALUE);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + least + " to " + most);
        }
    }
}
