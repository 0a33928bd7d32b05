package libp2p.pubsub.router;

import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;

/** Hears the events of the router, for counters and traces. Called while the router works: must return at once. */
public interface RouterObserver {
    /** Observes nothing. */
    RouterObserver NONE = new RouterObserver() {};

    /** This and another one. */
    default RouterObserver and(RouterObserver other) {
        return this == NONE ? other : other == NONE ? this : new ObserverPair(this, other);
    }

    /** A peer that speaks pubsub has connected. */
    default void added(PeerId peer, Version version) {}

    /** A peer has gone. */
    default void removed(PeerId peer) {}

    /** This host has subscribed to a topic. */
    default void joined(String topic) {}

    /** This host has left a topic. */
    default void left(String topic) {}

    /** An RPC was handed to the queue of a peer. */
    default void sent(PeerId to, Rpc rpc, RouterOutput.Priority priority) {}

    /** An RPC came from a peer that is not graylisted. */
    default void received(PeerId from, Rpc rpc) {}

    /** The queue of a peer was full, or its content too old. */
    default void dropped(PeerId peer, int count) {}

    /** A peer is in the mesh of a topic now. */
    default void grafted(PeerId peer, String topic) {}

    /** A peer has left the mesh of a topic, or was pruned. */
    default void pruned(PeerId peer, String topic) {}

    /** A peer brings much less than the others in the mesh of a topic and makes room. */
    default void underperformed(PeerId peer, String topic) {}

    /** A message came that was seen already. */
    default void duplicate(PeerId from, String topic, MessageId id) {}

    /** A message was valid and is delivered. */
    default void delivered(PeerId from, String topic, MessageId id) {}

    /** A peer brought a valid message before it had it from this host: first of all, or while it was being checked. */
    default void brought(PeerId from, String topic) {}

    /** A message was refused. */
    default void rejected(PeerId from, String topic, String why) {}

    /** A message was neither delivered nor its sender blamed. */
    default void ignored(PeerId from, String topic, String why) {}

    /** A peer broke a rule and loses score. */
    default void misbehaved(PeerId peer, String how) {}

    /** A message of this host was published. */
    default void published(String topic, MessageId id, int peers) {}
}
