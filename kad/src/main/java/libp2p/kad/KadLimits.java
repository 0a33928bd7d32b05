package libp2p.kad;

import java.time.Duration;
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
public record KadLimits(
        MessageLimits message,
        TableLimits table,
        LookupLimits lookup,
        StoreLimits store,
        Serving serving,
        Asking asking) {
    /**
     * Bounds of serving.
     *
     * @param streams that all peers together may have open
     * @param streamsPerPeer that one may
     * @param memory bytes of messages being read, of all peers; a 16th of it of one
     * @param idle how long a stream may wait for the next request, and a request for its last byte
     * @param writes values and providers that one peer may store in a second
     * @param writeBurst values and providers that it may store at once
     * @param writers peers that may have written of late; more are refused until one of these has been quiet
     * @param providersTold providers in one answer
     */
    public record Serving(
            int streams,
            int streamsPerPeer,
            long memory,
            Duration idle,
            double writes,
            int writeBurst,
            int writers,
            int providersTold) {
        /** The defaults of every bound. */
        public static final Serving DEFAULT =
                new Serving(2048, 64, 64 << 20, Duration.ofMinutes(1), 100, 20_000, 4096, 40);
    }

    /**
     * Bounds of asking.
     *
     * @param kept streams that are kept for the next request to their peers, one for each; 0 keeps none
     * @param idle how long one is kept without a request
     */
    public record Asking(int kept, Duration idle) {
        /** Peers end a stream after a minute without a request, as far as they end it. */
        public static final Asking DEFAULT = new Asking(256, Duration.ofSeconds(20));
    }

    /** The defaults of every part. */
    public static final KadLimits DEFAULT = new KadLimits(
            MessageLimits.DEFAULT,
            TableLimits.DEFAULT,
            LookupLimits.DEFAULT,
            StoreLimits.DEFAULT,
            Serving.DEFAULT,
            Asking.DEFAULT);

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
