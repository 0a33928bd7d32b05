package libp2p.pubsub.router;

import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;

/** Hears what the router does, for counters and traces. Called while the router works: must return at once. */
public interface RouterObserver {
    RouterObserver NONE = new RouterObserver() {};

    /** A peer is in the mesh of a topic now. */
    default void grafted(PeerId peer, String topic) {}

    /** A peer has left the mesh of a topic, or was pruned. */
    default void pruned(PeerId peer, String topic) {}

    /** A peer brings much less than the others in the mesh of a topic and makes room. */
    default void behind(PeerId peer, String topic) {}

    /** A message came that was seen already. */
    default void duplicate(PeerId from, String topic, MessageId id) {}

    /** A message was valid and is delivered. */
    default void delivered(PeerId from, String topic, MessageId id) {}

    /** A message was refused. */
    default void rejected(PeerId from, String topic, String why) {}

    /** A message was neither delivered nor its sender blamed. */
    default void ignored(PeerId from, String topic, String why) {}

    /** A peer broke a rule and loses score. */
    default void misbehaved(PeerId peer, String how) {}

    /** A message of this host was published. */
    default void published(String topic, MessageId id, int peers) {}
}
