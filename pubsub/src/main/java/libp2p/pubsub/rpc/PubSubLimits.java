package libp2p.pubsub.rpc;

import java.time.Duration;

/**
 * Bounds of this module. A frame above a number of bytes ends its stream; a part above a count is passed over
 * without being decoded, and counts against the peer.
 *
 * @param frame bounds of one RPC that is decoded
 * @param peer bounds of the state of one peer
 * @param state bounds of the state of all peers together
 * @param queues bounds of the queues
 */
public record PubSubLimits(Frame frame, Peer peer, State state, Queues queues) {
    /** The defaults of every part. */
    public static final PubSubLimits DEFAULT =
            new PubSubLimits(Frame.DEFAULT, Peer.DEFAULT, State.DEFAULT, Queues.DEFAULT);

    /**
     * Bounds of one RPC. A peer of rust-libp2p takes 16 KiB of control messages and 100 subscriptions at once, which
     * bounds sent messages, not received ones.
     *
     * @param rpcBytes bytes of an RPC; js-libp2p sends up to 4 MiB
     * @param messageBytes bytes of one published message with all its fields
     * @param controlBytes bytes of the control part
     * @param subscriptions subscriptions of an RPC
     * @param messages published messages of an RPC
     * @param controls IHAVE, IWANT, GRAFT, PRUNE and IDONTWANT of an RPC, together
     * @param ids message ids of an RPC, together
     * @param idBytes bytes of a message id
     * @param topicBytes bytes of the name of a topic
     * @param prunePeers peers that one PRUNE may offer
     */
    public record Frame(
            int rpcBytes,
            int messageBytes,
            int controlBytes,
            int subscriptions,
            int messages,
            int controls,
            int ids,
            int idBytes,
            int topicBytes,
            int prunePeers) {
        /** RPCs of 4 MiB, messages of 1 MiB. */
        public static final Frame DEFAULT =
                new Frame(4 << 20, 1 << 20, 512 << 10, 1_000, 500, 1_000, 10_000, 256, 1_024, 16);

        /** The same with messages of another size; RPCs grow as is needed. */
        public Frame withMessageBytes(int bytes) {
            return new Frame(
                    Math.max(rpcBytes, bytes + 1_024),
                    bytes,
                    controlBytes,
                    subscriptions,
                    messages,
                    controls,
                    ids,
                    idBytes,
                    topicBytes,
                    prunePeers);
        }
    }

    /**
     * Bounds of the state of one peer.
     *
     * @param topics topics a peer may be subscribed to
     * @param topicBytes bytes of their names together
     * @param dontWant message ids that it may tell not to want, per heartbeat
     * @param wanted messages it may ask for by IWANT, per heartbeat
     */
    public record Peer(int topics, int topicBytes, int dontWant, int wanted) {
        /** A thousand subscriptions of a peer. */
        public static final Peer DEFAULT = new Peer(1_000, 64 << 10, 1_000, 5_000);
    }

    /**
     * Bounds of the state of all peers together.
     *
     * @param peers peers that pubsub is spoken with
     * @param seen ids of messages that were seen; the oldest are forgotten first
     * @param cachedBytes bytes of the messages that can still be asked for by IWANT
     * @param backoffs peers per topic that must not be grafted for a while
     * @param longestBackoff for which a peer can ask; the specification asks for none
     * @param retainedScores peers that are gone and whose scores are kept
     * @param promises messages that were promised by IHAVE and asked for
     * @param topics topics this host may join
     */
    public record State(
            int peers,
            int seen,
            long cachedBytes,
            int backoffs,
            Duration longestBackoff,
            int retainedScores,
            int promises,
            int topics) {
        /** Half a million message ids and 64 MiB of messages that are remembered. */
        public static final State DEFAULT =
                new State(2_000, 500_000, 64L << 20, 10_000, Duration.ofHours(1), 10_000, 20_000, 2_000);
    }

    /**
     * Bounds of the queues.
     *
     * @param outboundBytes bytes that wait to be sent to one peer
     * @param outboundFrames RPCs that wait to be sent to one peer
     * @param publicationLife how long a publication of this host may wait in the queue of a peer
     * @param forwardLife how long a forwarded message may
     * @param validations messages that wait to be validated, their number
     * @param validationBytes bytes of them together
     * @param validators validations that run at the same time
     * @param validatorsPerTopic validations of one topic that run or wait at the same time
     * @param deliveries messages that wait for one subscriber
     * @param deliveryBytes bytes of them together
     * @param connects peers offered by PRUNE that are dialed at the same time
     * @param writeTimeout after which a peer that takes nothing loses its stream
     */
    public record Queues(
            int outboundBytes,
            int outboundFrames,
            Duration publicationLife,
            Duration forwardLife,
            int validations,
            long validationBytes,
            int validators,
            int validatorsPerTopic,
            int deliveries,
            long deliveryBytes,
            int connects,
            Duration writeTimeout) {
        /** 4 MiB for each peer and 64 MiB over all. */
        public static final Queues DEFAULT = new Queues(
                4 << 20,
                5_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                2_048,
                64L << 20,
                64,
                1_024,
                4_096,
                16L << 20,
                8,
                Duration.ofSeconds(30));
    }

    /**
     * Bounds of the memory of an object that exchanges messages in parts.
     *
     * @param groups messages of one topic that peers have begun and this host has not published
     * @param groupsOfPeer the same of one peer
     * @param heartbeats for which a message is kept after it was published or begun
     * @param metadataBytes bytes of the metadata of one peer about one message
     * @param waiting RPCs with parts that wait to be taken
     * @param waitingBytes bytes of them together
     */
    public record Partials(
            int groups, int groupsOfPeer, int heartbeats, int metadataBytes, int waiting, long waitingBytes) {
        /** 255 groups, 16 MiB over all. */
        public static final Partials DEFAULT = new Partials(255, 8, 5, 4 << 10, 1_024, 16L << 20);
    }

    /** The same with other bounds on queues. */
    public PubSubLimits withQueues(Queues value) {
        return new PubSubLimits(frame, peer, state, value);
    }
}
