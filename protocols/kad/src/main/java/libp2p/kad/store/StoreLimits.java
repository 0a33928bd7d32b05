package libp2p.kad.store;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/**
 * Bounds of the records of a host. Where there are too many, a random one of the IP group that has most is dropped: which
 * keys are near to this host is for a stranger to choose.
 */
public record StoreLimits(
        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "records",
                is = "stored for others; beyond, a random one of the IP group that has most is dropped")
        int records,

        @Bound(
                value = "64MiB",
                least = "1KiB",
                most = "unlimited",
                unit = "bytes",
                is =
                        "in the values of all records stored for others; beyond, a random one of the IP group that has most is dropped")
        long recordBytes,

        @Bound(
                value = "2d",
                least = "1s",
                most = "365d",
                is = "for which a record of another peer is kept; 48 hours in the specification")
        Duration recordAge,

        @Bound(
                value = "200000",
                least = "1",
                most = "100000000",
                unit = "provider records",
                is = "that are stored; beyond, a random one of the IP group that has most is dropped")
        int providers,

        @Bound(
                value = "200",
                least = "1",
                most = "1000000",
                unit = "provider records",
                is =
                        "of one key that are stored; beyond, the newest takes the place of a random one of the IP group that has most")
        int providersPerKey,

        @Bound(
                value = "50000",
                least = "1",
                most = "100000000",
                unit = "provider records",
                is = "of one provider that are stored; more are left out")
        int providersPerPeer,

        @Bound(
                value = "2d",
                least = "1s",
                most = "365d",
                is = "for which a provider record is kept; 48 hours in the specification")
        Duration providerAge,

        @Bound(
                value = "24h",
                least = "1s",
                most = "365d",
                is = "for which the addresses in a provider record are told to others")
        Duration addressAge,

        @Bound(
                value = "22h",
                least = "1m",
                most = "365d",
                is = "between two announcements of a key that this host provides; 22 hours in the specification")
        Duration republish,

        @Bound(
                value = "1000000",
                least = "1",
                most = "100000000",
                unit = "keys",
                is = "that this host provides and announces again and again; more are refused")
        int provided,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1h",
                is = "after which a new provider record is on the disk at the latest; a crash before loses it")
        Duration providerWriteDelay,

        @Bound(value = "1h", least = "1s", most = "7d", is = "between two searches for expired records")
        Duration collect,

        @Bound(
                value = "4096",
                least = "0",
                most = "10000000",
                unit = "peers",
                is =
                        "whose answers of the past are remembered; beyond, the one heard of longest ago is forgotten; 0: none")
        int remembered) {
    private static final long LEAST_RECORD_BYTES = 1 << 10;
    /** For a provider record of 2 KiB with its indexes a heap has four times as much. */
    private static final long PROVIDER_HEAP = 8 << 10;

    /** The figures of the specification, and bounds for a node that does other things too. */
    public static final StoreLimits DEFAULT = Bounds.defaults(StoreLimits.class);

    public StoreLimits {
        Bounds.check(
                StoreLimits.class,
                records,
                recordBytes,
                recordAge,
                providers,
                providersPerKey,
                providersPerPeer,
                providerAge,
                addressAge,
                republish,
                provided,
                providerWriteDelay,
                collect,
                remembered);
    }

    /**
     * As these, with no more records than a heap of this size holds where the datastore is in memory: a quarter of it for
     * provider records, and a sixteenth for values.
     */
    public StoreLimits withinHeap(long heap) {
        long values = Math.max(LEAST_RECORD_BYTES, heap / 16);
        long peers = Math.max(1, heap / PROVIDER_HEAP);
        return withRecords(records, Math.min(recordBytes, values))
                .withProviders((int) Math.min(providers, peers), providersPerKey, providersPerPeer);
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
                providerWriteDelay,
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
                providerWriteDelay,
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
                providerWriteDelay,
                collect,
                remembered);
    }
}
