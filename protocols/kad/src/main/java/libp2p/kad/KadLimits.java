package libp2p.kad;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.kad.lookup.LookupLimits;
import libp2p.kad.message.MessageLimits;
import libp2p.kad.store.StoreLimits;
import libp2p.kad.table.TableLimits;

/**
 * Every bound of the module.
 *
 * @param message of one message
 * @param table of the routing table
 * @param lookup of one lookup
 * @param store of records and providers
 * @param serving of the answers to others
 * @param asking of the requests of this host
 */
@LimitGroup("kad")
public record KadLimits(
        MessageLimits message,
        TableLimits table,
        LookupLimits lookup,
        StoreLimits store,
        Serving serving,
        Asking asking) {
    /** Bounds of serving. */
    public record Serving(
            @Bound(
                    value = "2048",
                    least = "1",
                    most = "1000000",
                    unit = "streams",
                    is = "on which all peers together may ask; more are refused")
            int streams,

            @Bound(
                    value = "64",
                    least = "1",
                    most = "1000000",
                    unit = "streams",
                    is = "on which one peer may ask; more are refused")
            int streamsPerPeer,

            @Bound(
                    value = "1024",
                    least = "1",
                    most = "1000000",
                    unit = "streams",
                    is = "that wait for a request; beyond, a random one of the IP group that has most is reset")
            int waiting,

            @Bound(
                    value = "64MiB",
                    least = "1MiB",
                    most = "unlimited",
                    unit = "bytes",
                    is = "of messages being read from all peers, a 16th of it from one; messages beyond are refused")
            long messageBytes,

            @Bound(
                    value = "1m",
                    least = "1ms",
                    most = "1d",
                    is =
                            "for which a stream may wait for the next request, and a request for its last byte; then it is reset")
            Duration idle,

            @Bound(
                    value = "100.0",
                    least = "0.001",
                    most = "1000000",
                    unit = "writes a second",
                    is = "of values and provider records that one peer may make on average; more are refused")
            double writes,

            @Bound(
                    value = "20000",
                    least = "1",
                    most = "1000000",
                    unit = "writes",
                    is = "of values and provider records that one peer may make at once; more are refused")
            int writeBurst,

            @Bound(
                    value = "4096",
                    least = "1",
                    most = "1000000",
                    unit = "peers",
                    is =
                            "whose writes are counted at a time; writes of further ones are refused until one of them has paused")
            int writers,

            @Bound(
                    value = "40",
                    least = "1",
                    most = "500",
                    unit = "providers",
                    is = "in one answer; further ones are left out")
            int providersTold) {
        private static final long WAITING_HEAP = 1 << 20;

        /** The defaults of every bound. */
        public static final Serving DEFAULT = Bounds.defaults(Serving.class);

        public Serving {
            Bounds.check(
                    Serving.class,
                    streams,
                    streamsPerPeer,
                    waiting,
                    messageBytes,
                    idle,
                    writes,
                    writeBurst,
                    writers,
                    providersTold);
        }

        /** As these, with no more waiting streams than take a quarter of a heap of this size by their windows. */
        Serving withinHeap(long heap) {
            int most = (int) Math.clamp(heap / WAITING_HEAP, 1, waiting);
            return new Serving(
                    streams, streamsPerPeer, most, messageBytes, idle, writes, writeBurst, writers, providersTold);
        }
    }

    /** Bounds of asking. */
    public record Asking(
            @Bound(
                    value = "256",
                    least = "0",
                    most = "100000",
                    unit = "streams",
                    is = "that stay open for the next request of this host, one for each peer; 0: none")
            int kept,

            @Bound(
                    value = "20s",
                    least = "1ms",
                    most = "1h",
                    is = "for which an unused stream of this host stays open for its next request to the peer")
            Duration idle) {
        /** Peers end a stream after a minute without a request, as far as they end it. */
        public static final Asking DEFAULT = Bounds.defaults(Asking.class);

        public Asking {
            Bounds.check(Asking.class, kept, idle);
        }
    }

    /** The defaults of every part. */
    public static final KadLimits DEFAULT = Bounds.defaults(KadLimits.class);

    public KadLimits {
        Bounds.check(KadLimits.class, message, table, lookup, store, serving, asking);
    }

    /** The defaults, within the heap of this process: those of a host that does not say otherwise. */
    public static KadLimits ofThisProcess() {
        return DEFAULT.withinHeap(Runtime.getRuntime().maxMemory());
    }

    /** As these, with no more records and waiting streams than a heap of this size has room for. */
    public KadLimits withinHeap(long heap) {
        return new KadLimits(message, table, lookup, store.withinHeap(heap), serving.withinHeap(heap), asking);
    }

    /** As these, with other bounds of the routing table. */
    public KadLimits withTable(TableLimits value) {
        return new KadLimits(message, value, lookup, store, serving, asking);
    }

    /** As these, with other bounds of lookups. */
    public KadLimits withLookup(LookupLimits value) {
        return new KadLimits(message, table, value, store, serving, asking);
    }

    /** As these, with other bounds of records and providers. */
    public KadLimits withStore(StoreLimits value) {
        return new KadLimits(message, table, lookup, value, serving, asking);
    }

    /** As these, with other bounds of asking. */
    public KadLimits withAsking(Asking value) {
        return new KadLimits(message, table, lookup, store, serving, value);
    }
}
