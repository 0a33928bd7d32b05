package libp2p.pubsub.router;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/** The orders of the router. Called while the router works: must return at once and not call it back. */
public interface RouterOutput {
    /** In which order RPCs that wait are sent to a peer; the last are dropped first. */
    enum Priority {
        /** Subscriptions, GRAFT, PRUNE, IDONTWANT. */
        CONTROL,
        /** Publications of this host. */
        PUBLICATION,
        /** Messages of others. */
        FORWARD,
        /** IHAVE and IWANT. */
        GOSSIP
    }

    /** Sends an RPC, or drops it if too much waits. */
    void send(PeerId to, Rpc rpc, Priority priority);

    /** The bytes of gossip that may wait for a peer besides those that do already. */
    default long room(PeerId to) {
        return Long.MAX_VALUE;
    }

    /**
     * Checks a message: its signature, then {@link GossipRouter#authenticated}, then the validators, then
     * {@link GossipRouter#validated}.
     *
     * @return false if there is no room, and nothing will be called
     */
    boolean validate(PendingMessage candidate);

    /** The messages that were dropped by the last call of {@link #validate}, so that there is room for another. */
    default List<PendingMessage> displaced() {
        return List.of();
    }

    /** Gives a valid message to the subscribers of its topic. */
    void deliver(Message message, MessageId id, PeerId relayedBy);

    /**
     * Connects to a peer that another one offered, or that is a direct one.
     *
     * @param record its signed peer record, not yet checked, or null
     */
    void connect(PeerId peer, byte @Nullable [] record);

    /** A peer has sent a part of a message. */
    default void partial(PeerId from, Rpc.Partial partial) {}

    /** A peer has sent the message of the test extension. */
    default void test(PeerId from) {}
}
