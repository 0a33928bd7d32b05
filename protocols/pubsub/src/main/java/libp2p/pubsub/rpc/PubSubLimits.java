package libp2p.pubsub.rpc;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/**
 * Bounds of this module. A frame above a number of bytes ends its stream; a part above a count is passed over
 * without being decoded, and counts against the peer.
 *
 * @param frame bounds of one RPC that is decoded
 * @param peer bounds of the state of one peer
 * @param state bounds of the state of all peers together
 * @param queues bounds of the queues
 */
@LimitGroup("pubsub")
public record PubSubLimits(Frame frame, Peer peer, State state, Queues queues) {
    /** The defaults of every part. */
    public static final PubSubLimits DEFAULT = Bounds.defaults(PubSubLimits.class);

    private static final int HEAP_PARTS = 16;
    /** What the id of a message takes with its fate and the peers that have brought it. */
    private static final int SEEN_BYTES = 400;

    public PubSubLimits {
        Bounds.check(PubSubLimits.class, frame, peer, state, queues);
    }

    /**
     * Bounds of one RPC. A peer of rust-libp2p takes 16 KiB of control messages and 100 subscriptions at once, which
     * bounds sent messages, not received ones.
     */
    public record Frame(
            @Bound(
                    value = "4MiB",
                    least = "1",
                    most = "1GiB",
                    unit = "bytes",
                    is = "of one RPC of a peer; a longer one ends its stream")
            int rpcBytes,

            @Bound(
                    value = "1MiB",
                    least = "1",
                    most = "1048575KiB",
                    unit = "bytes",
                    is =
                            "of one message with all its fields; an RPC with a longer one ends its stream, and publishing one fails")
            int messageBytes,

            @Bound(
                    value = "512KiB",
                    least = "1",
                    most = "1GiB",
                    unit = "bytes",
                    is = "of the control messages of one RPC; more end the stream")
            int controlBytes,

            @Bound(
                    value = "1000",
                    least = "1",
                    most = "1000000",
                    unit = "subscriptions",
                    is = "in one RPC of a peer; the rest are passed over and lower its score")
            int subscriptions,

            @Bound(
                    value = "500",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is = "published in one RPC of a peer; the rest are passed over and lower its score")
            int messages,

            @Bound(
                    value = "1000",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is =
                            "IHAVE, IWANT, GRAFT, PRUNE and IDONTWANT together, in one RPC; the rest are passed over and lower the peer's score")
            int controls,

            @Bound(
                    value = "10000",
                    least = "1",
                    most = "1000000",
                    unit = "ids",
                    is =
                            "of messages in all control messages of one RPC; the rest are passed over and lower the peer's score")
            int ids,

            @Bound(
                    value = "256",
                    least = "1",
                    most = "1MiB",
                    unit = "bytes",
                    is = "of one message id; longer ones, and their messages, are passed over")
            int idBytes,

            @Bound(
                    value = "1KiB",
                    least = "1",
                    most = "1MiB",
                    unit = "bytes",
                    is = "of the name of a topic; an RPC with a longer one ends the stream")
            int topicBytes,

            @Bound(
                    value = "16",
                    least = "0",
                    most = "10000",
                    unit = "peers",
                    is =
                            "that one PRUNE offers for other connections, sent or received; more lower the score of the sender, 0 offers none")
            int prunePeers) {
        /** The defaults. */
        public static final Frame DEFAULT = Bounds.defaults(Frame.class);

        public Frame {
            Bounds.check(
                    Frame.class,
                    rpcBytes,
                    messageBytes,
                    controlBytes,
                    subscriptions,
                    messages,
                    controls,
                    ids,
                    idBytes,
                    topicBytes,
                    prunePeers);
            if (messageBytes >= rpcBytes) {
                throw new IllegalArgumentException("frame.message-bytes is " + messageBytes
                        + ", possible: less than frame.rpc-bytes, which is " + rpcBytes);
            }
        }

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

    /** Bounds of the state of one peer. */
    public record Peer(
            @Bound(
                    value = "1000",
                    least = "1",
                    most = "1000000",
                    unit = "topics",
                    is = "that one peer may be subscribed to; more are passed over and lower its score")
            int topics,

            @Bound(
                    value = "64KiB",
                    least = "1",
                    most = "1GiB",
                    unit = "bytes",
                    is =
                            "of the names of all topics of one peer together; more topics are passed over and lower its score")
            int topicBytes,

            @Bound(
                    value = "1000",
                    least = "0",
                    most = "1000000",
                    unit = "ids",
                    is = "of messages that one peer has told not to want; the rest are passed over, 0 passes over all")
            int dontWant,

            @Bound(
                    value = "5000",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is =
                            "that one peer may ask for by IWANT between two heartbeats; more are not sent and lower its score")
            int wanted) {
        /** The defaults. */
        public static final Peer DEFAULT = Bounds.defaults(Peer.class);

        public Peer {
            Bounds.check(Peer.class, topics, topicBytes, dontWant, wanted);
        }
    }

    /** Bounds of the state of all peers together. */
    public record State(
            @Bound(
                    value = "2000",
                    least = "1",
                    most = "1000000",
                    unit = "peers",
                    is = "that this host exchanges messages with; others are passed over until one of them leaves")
            int peers,

            @Bound(
                    value = "500000",
                    least = "1",
                    most = "100000000",
                    unit = "ids",
                    is =
                            "of messages that are remembered, so that none is taken twice, in a sixteenth of the heap; beyond, the oldest of the peer that has brought most are forgotten")
            int seen,

            @Bound(
                    value = "64MiB",
                    least = "1",
                    most = "1024GiB",
                    unit = "bytes",
                    is = "of messages that are kept for peers that ask by IWANT; the oldest are dropped")
            long cachedBytes,

            @Bound(
                    value = "64MiB",
                    least = "1",
                    most = "1024GiB",
                    unit = "bytes",
                    is =
                            "of topics of all peers and ids that they do not want, and as many of gossip that waits to be sent, in a sixteenth of the heap; a peer has as much as others leave free, more are passed over")
            long peerBytes,

            @Bound(
                    value = "10000",
                    least = "1",
                    most = "1000000",
                    unit = "peers",
                    is = "of one topic that are remembered as not to be grafted for a while; the oldest are forgotten")
            int backoffs,

            @Bound(
                    value = "1h",
                    least = "1s",
                    most = "7d",
                    is = "longest time for which a peer that prunes this host can have it not graft again")
            Duration longestBackoff,

            @Bound(
                    value = "10000",
                    least = "0",
                    most = "10000000",
                    unit = "peers",
                    is = "that have left and whose bad scores are kept; the oldest are forgotten, 0 keeps none")
            int retainedScores,

            @Bound(
                    value = "20000",
                    least = "1",
                    most = "10000000",
                    unit = "messages",
                    is =
                            "that peers announced by IHAVE and were asked for; further ones are asked for without watching that they come")
            int promises,

            @Bound(
                    value = "2000",
                    least = "1",
                    most = "1000000",
                    unit = "topics",
                    is = "that this host may join; joining more fails")
            int topics) {
        /** The defaults. */
        public static final State DEFAULT = Bounds.defaults(State.class);

        public State {
            Bounds.check(
                    State.class,
                    peers,
                    seen,
                    cachedBytes,
                    peerBytes,
                    backoffs,
                    longestBackoff,
                    retainedScores,
                    promises,
                    topics);
        }
    }

    /** Bounds of the queues. */
    public record Queues(
            @Bound(
                    value = "4MiB",
                    least = "1",
                    most = "1GiB",
                    unit = "bytes",
                    is = "of RPCs that wait to be sent to one peer; more are dropped")
            int outboundBytes,

            @Bound(
                    value = "5000",
                    least = "1",
                    most = "1000000",
                    unit = "RPCs",
                    is = "that wait to be sent to one peer; more are dropped")
            int outboundFrames,

            @Bound(
                    value = "5s",
                    least = "1ms",
                    most = "1d",
                    is =
                            "how long a message that this host publishes may wait to be sent to one peer before it is dropped")
            Duration publicationLife,

            @Bound(
                    value = "3s",
                    least = "1ms",
                    most = "1d",
                    is =
                            "how long a message that this host forwards may wait to be sent to one peer before it is dropped")
            Duration forwardLife,

            @Bound(
                    value = "2048",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is = "of all topics that wait for validation; more are dropped")
            int validations,

            @Bound(
                    value = "64MiB",
                    least = "1",
                    most = "1024GiB",
                    unit = "bytes",
                    is = "of messages of all topics that wait for validation; more are dropped")
            long validationBytes,

            @Bound(
                    value = "64",
                    least = "1",
                    most = "100000",
                    unit = "messages",
                    is = "of all topics that are validated at the same time; more wait")
            int validators,

            @Bound(
                    value = "1024",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is = "of one topic that are validated or wait for it; more are dropped")
            int validatorsPerTopic,

            @Bound(
                    value = "4096",
                    least = "1",
                    most = "1000000",
                    unit = "messages",
                    is = "that wait for one subscriber of this host; more are dropped")
            int deliveries,

            @Bound(
                    value = "16MiB",
                    least = "1",
                    most = "1024GiB",
                    unit = "bytes",
                    is = "of messages that wait for one subscriber of this host; more are dropped")
            long deliveryBytes,

            @Bound(
                    value = "8",
                    least = "0",
                    most = "100000",
                    unit = "peers",
                    is = "offered by PRUNE that are dialed at the same time; the rest are passed over, 0 dials none")
            int connects,

            @Bound(
                    value = "30s",
                    least = "1ms",
                    most = "1d",
                    is = "how long a peer may take nothing of what is sent before its stream is reset")
            Duration writeTimeout) {
        /** The defaults. */
        public static final Queues DEFAULT = Bounds.defaults(Queues.class);

        public Queues {
            Bounds.check(
                    Queues.class,
                    outboundBytes,
                    outboundFrames,
                    publicationLife,
                    forwardLife,
                    validations,
                    validationBytes,
                    validators,
                    validatorsPerTopic,
                    deliveries,
                    deliveryBytes,
                    connects,
                    writeTimeout);
        }
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

    /**
     * These, with as little memory as a heap gives: ids of messages, messages for peers that ask, bytes held of all peers,
     * and messages that wait for validation have a sixteenth of it each, at most as much as here.
     *
     * @param heap bytes
     */
    public PubSubLimits withinHeap(long heap) {
        long part = Math.max(frame.rpcBytes(), heap / HEAP_PARTS);
        State less = new State(
                state.peers,
                (int) Math.min(state.seen, Math.max(1, part / SEEN_BYTES)),
                Math.min(state.cachedBytes, part),
                Math.min(state.peerBytes, part),
                state.backoffs,
                state.longestBackoff,
                state.retainedScores,
                state.promises,
                state.topics);
        Queues shorter = new Queues(
                queues.outboundBytes,
                queues.outboundFrames,
                queues.publicationLife,
                queues.forwardLife,
                queues.validations,
                Math.min(queues.validationBytes, part),
                queues.validators,
                queues.validatorsPerTopic,
                queues.deliveries,
                queues.deliveryBytes,
                queues.connects,
                queues.writeTimeout);
        return new PubSubLimits(frame, peer, less, shorter);
    }

    /** The same with other bounds on queues. */
    public PubSubLimits withQueues(Queues value) {
        return new PubSubLimits(frame, peer, state, value);
    }
}
