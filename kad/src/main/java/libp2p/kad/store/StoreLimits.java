package libp2p.kad.store;

import java.time.Duration;

/**
 * Bounds of the records of a host. Where there are too many, the farthest ones are dropped first, as they are the least
 * likely to be asked for.
 *
 * @param records that are kept for others
 * @param recordBytes of all their values together
 * @param recordAge how long a record is kept after it was received: 48 h by the specification
 * @param providers provider records that are kept
 * @param providersPerKey of one key
 * @param providersPerPeer of one provider
 * @param providerAge how long a provider record holds: 48 h
 * @param addressAge how long the addresses in it are told to others: 24 h, as in go
 * @param republish from one announcement of a provided key to the next: 22 h
 * @param provided keys that this host announces at most
 * @param lazily how long a provider record, which is never confirmed to its sender, may wait for the disk
 * @param collect from one search for expired records to the next
 * @param remembered peers of which it is remembered how they answered
 */
public record StoreLimits(
        int records,
        long recordBytes,
        Duration recordAge,
        int providers,
        int providersPerKey,
        int providersPerPeer,
        Duration providerAge,
        Duration addressAge,
        Duration republish,
        int provided,
        Duration lazily,
        Duration collect,
        int remembered) {
    /** The figures of the specification, and bounds for a node that does other things too. */
    public static final StoreLimits DEFAULT = new StoreLimits(
            10_000,
            64 << 20,
            Duration.ofHours(48),
            200_000,
            200,
            50_000,
            Duration.ofHours(48),
            Duration.ofHours(24),
            Duration.ofHours(22),
            1_000_000,
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            4096);

    public StoreLimits {
        if (records < 1 || providers < 1 || providersPerKey < 1 || providersPerPeer < 1 || provided < 1) {
            throw new IllegalArgumentException("a store for nothing: " + records + " records, " + providers
                    + " providers, " + providersPerKey + " of a key, " + providersPerPeer + " of a peer, " + provided
                    + " provided keys");
        }
    }

    /** As these, with other numbers of records and of their bytes. */
    public StoreLimits withRecords(int count, long bytes) {
        return new StoreLimits(
                count,
                bytes,
                recordAge,
                providers,
                providersPerKey,
                providersPerPeer,
                providerAge,
                addressAge,
                republish,
                provided,
                lazily,
                collect,
                remembered);
    }

    /** As these, with other numbers of provider records: in all, of a key and of a peer. */
    public StoreLimits withProviders(int count, int perKey, int perPeer) {
        return new StoreLimits(
                records,
                recordBytes,
                recordAge,
                count,
                perKey,
                perPeer,
                providerAge,
                addressAge,
                republish,
                provided,
                lazily,
                collect,
                remembered);
    }

    /** As these, with another number of keys that are announced. */
    public StoreLimits withProvided(int count) {
        return new StoreLimits(
                records,
                recordBytes,
                recordAge,
                providers,
                providersPerKey,
                providersPerPeer,
                providerAge,
                addressAge,
                republish,
                count,
                lazily,
                collect,
                remembered);
    }
}
