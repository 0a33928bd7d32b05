package libp2p.discovery.rendezvous;

import java.time.Duration;

/**
 * The bounds of a rendezvous point and of its clients. The times are those of the specification; the number of
 * registrations is that of rust-libp2p.
 *
 * @param registrations in all; 1 to 1,000,000
 * @param perPeer of one peer; 1 to {@code registrations}
 * @param bytes of all their records together; at least 8,192
 * @param recordBytes of one record; 1 to 8,192
 * @param namespaceBytes of a namespace in UTF-8; 1 to 255
 * @param results of one answer; 1 to 1,000
 * @param messageBytes of one message; 16 KiB to 1 MiB
 * @param discovered peers of one search; 1 to 100,000
 * @param points at which a host registers; 1 to 100
 * @param leastTtl of a registration; at least 1 s
 * @param defaultTtl of one that says none; from the least to the longest
 * @param longestTtl of a registration; at most 72 h
 * @param requests of one peer at once, and in ten seconds; 1 to 10,000
 * @param requestsInAll in one second; 1 to 100,000
 * @param timeout for one question and its answer; positive
 */
public record RendezvousLimits(
        int registrations,
        int perPeer,
        long bytes,
        int recordBytes,
        int namespaceBytes,
        int results,
        int messageBytes,
        int discovered,
        int points,
        Duration leastTtl,
        Duration defaultTtl,
        Duration longestTtl,
        int requests,
        int requestsInAll,
        Duration timeout) {
    private static final Duration MOST_TTL = Duration.ofHours(72);

    /** The defaults of every bound. */
    public static final RendezvousLimits DEFAULT = new RendezvousLimits(
            10_000,
            32,
            16 << 20,
            8_192,
            255,
            1_000,
            1 << 20,
            1_000,
            8,
            Duration.ofHours(2),
            Duration.ofHours(2),
            MOST_TTL,
            100,
            1_000,
            Duration.ofSeconds(10));

    public RendezvousLimits {
        check("registrations", registrations, 1, 1_000_000);
        check("perPeer", perPeer, 1, registrations);
        check("bytes", bytes, 8_192, Long.MAX_VALUE);
        check("recordBytes", recordBytes, 1, libp2p.core.record.RecordLimits.ENVELOPE_BYTES);
        check("namespaceBytes", namespaceBytes, 1, 255);
        check("results", results, 1, 1_000);
        check("messageBytes", messageBytes, 16 << 10, 1 << 20);
        check("discovered", discovered, 1, 100_000);
        check("points", points, 1, 100);
        check("requests", requests, 1, 10_000);
        check("requestsInAll", requestsInAll, 1, 100_000);
        if (leastTtl.toSeconds() < 1
                || defaultTtl.compareTo(leastTtl) < 0
                || longestTtl.compareTo(defaultTtl) < 0
                || longestTtl.compareTo(MOST_TTL) > 0) {
            throw new IllegalArgumentException(
                    "registrations for " + leastTtl + " to " + longestTtl + ", else " + defaultTtl);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is " + timeout);
        }
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + least + " to " + most);
        }
    }

    /** The same with other numbers of registrations. */
    public RendezvousLimits withRegistrations(int all, int ofOnePeer) {
        return new RendezvousLimits(
                all,
                ofOnePeer,
                bytes,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                requests,
                requestsInAll,
                timeout);
    }

    /** The same with another bound of all records together. */
    public RendezvousLimits withBytes(long value) {
        return new RendezvousLimits(
                registrations,
                perPeer,
                value,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                requests,
                requestsInAll,
                timeout);
    }

    /** The same with other rates. */
    public RendezvousLimits withRequests(int ofOnePeer, int all) {
        return new RendezvousLimits(
                registrations,
                perPeer,
                bytes,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                ofOnePeer,
                all,
                timeout);
    }
}
