package libp2p.pubsub.trace;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.RouterObserver;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** Counts the events of a router since its start. Thread-safe. */
public final class PubSubCounters implements RouterObserver {
    /** The kinds of events. */
    public enum Kind {
        /** Messages of this host. */
        PUBLISHED,
        /** Messages of others that were valid, once each. */
        DELIVERED,
        /** Copies of messages that were seen already. */
        DUPLICATE,
        /** Invalid messages. */
        REJECTED,
        /** Messages that were neither delivered nor blamed on anybody. */
        IGNORED,
        /** RPCs that were sent. */
        RPC_SENT,
        /** RPCs that have arrived. */
        RPC_RECEIVED,
        /** RPCs that found no room in the queue of a peer, or waited for too long. */
        RPC_DROPPED,
        /** Peers that came into a mesh. */
        GRAFTED,
        /** Peers that left a mesh. */
        PRUNED,
        /** Peers of a mesh that brought too little. */
        TURNOVER,
        /** Rules that peers have broken. */
        MISBEHAVIOUR
    }

    private final LongAdder[] counts = new LongAdder[Kind.values().length];

    /** All counts are 0. Thread-safe. */
    public PubSubCounters() {
        Arrays.setAll(counts, kind -> new LongAdder());
    }

    /** The number of events of a kind. */
    public long get(Kind kind) {
        return counts[kind.ordinal()].sum();
    }

    private void add(Kind kind, long more) {
        counts[kind.ordinal()].add(more);
    }

    @Override
    public void sent(PeerId to, Rpc rpc, RouterOutput.Priority priority) {
        add(Kind.RPC_SENT, 1);
    }

    @Override
    public void received(PeerId from, Rpc rpc) {
        add(Kind.RPC_RECEIVED, 1);
    }

    @Override
    public void dropped(PeerId peer, int count) {
        add(Kind.RPC_DROPPED, count);
    }

    @Override
    public void grafted(PeerId peer, String topic) {
        add(Kind.GRAFTED, 1);
    }

    @Override
    public void pruned(PeerId peer, String topic) {
        add(Kind.PRUNED, 1);
    }

    @Override
    public void underperformed(PeerId peer, String topic) {
        add(Kind.TURNOVER, 1);
    }

    @Override
    public void duplicate(PeerId from, String topic, MessageId id) {
        add(Kind.DUPLICATE, 1);
    }

    @Override
    public void delivered(PeerId from, String topic, MessageId id) {
        add(Kind.DELIVERED, 1);
    }

    @Override
    public void rejected(PeerId from, String topic, String why) {
        add(Kind.REJECTED, 1);
    }

    @Override
    public void ignored(PeerId from, String topic, String why) {
        add(Kind.IGNORED, 1);
    }

    @Override
    public void misbehaved(PeerId peer, String how) {
        add(Kind.MISBEHAVIOUR, 1);
    }

    @Override
    public void published(String topic, MessageId id, int peers) {
        add(Kind.PUBLISHED, 1);
    }
}
