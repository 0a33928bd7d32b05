package libp2p.pubsub.message;

import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;

/**
 * Gives a message the id by which it is known among its copies. All peers of a network should agree on it: where they
 * do not, messages still spread, but gossip repairs nothing between them. Thread-safe, deterministic, never blocks;
 * called before the signature is checked.
 */
@FunctionalInterface
public interface MessageIdFunction {
    /** The id of a message, the same on every peer of the topic; a pure function that does not block. */
    MessageId id(Message message);
}
