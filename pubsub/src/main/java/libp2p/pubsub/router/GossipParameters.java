package libp2p.pubsub.router;

import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Rpc.Extensions;

/**
 * Parameters of the router; those of the specification have its names in their comments and, where nothing else is said, the
 * defaults that go-libp2p and the specification agree on.
 *
 * @param mesh how many peers a mesh has
 * @param gossip what is told to peers outside the mesh
 * @param backoff when a pruned peer may be grafted again
 * @param timing the clock of the router
 * @param dontWantBytes messages from this size on are announced by IDONTWANT
 * @param floodPublish whether own publications go to all peers of a topic, not to the mesh alone
 * @param peerExchange whether PRUNE offers other peers
 * @param floodsub whether only floodsub is spoken: everything goes to everybody
 * @param direct peers with whom everything is exchanged whatever their score, outside of the mesh
 * @param topics which topics are remembered when other peers subscribe to them
 * @param extensions which extensions of version 1.3 this host knows
 */
public record GossipParameters(
        Mesh mesh,
        Gossip gossip,
        Backoff backoff,
        Timing timing,
        int dontWantBytes,
        boolean floodPublish,
        boolean peerExchange,
        boolean floodsub,
        Set<PeerId> direct,
        Predicate<String> topics,
        Extensions extensions) {
    /**
     * How many peers a mesh has.
     *
     * @param desired D
     * @param low D_lo
     * @param high D_hi
     * @param byScore D_score: how many of the best are kept when the mesh is too large
     * @param outbound D_out: how many this host has dialed itself
     * @param opportunisticTicks heartbeats between two opportunistic graftings
     * @param opportunisticPeers that are grafted then at most
     */
    public record Mesh(
            int desired, int low, int high, int byScore, int outbound, int opportunisticTicks, int opportunisticPeers) {
        public static final Mesh DEFAULT = new Mesh(6, 5, 12, 4, 2, 60, 2);

        public Mesh {
            if (low > desired || desired > high || outbound >= Math.max(1, low) && low > 0 || byScore > desired) {
                throw new IllegalArgumentException("a mesh with D " + desired + ", D_lo " + low + ", D_hi " + high
                        + ", D_score " + byScore + " and D_out " + outbound);
            }
        }
    }

    /**
     * What is told to peers outside the mesh.
     *
     * @param lazy D_lazy: how many hear of messages at least
     * @param factor share of the peers that hear of them at least
     * @param history heartbeats a message can be asked for
     * @param gossipHistory heartbeats a message is told of
     * @param maxIds message ids in what one peer is told at a heartbeat, and that are asked for of one peer
     * @param maxMessages IHAVEs that are heard of one peer per heartbeat
     * @param retransmissions answers to the same IWANT of the same peer
     */
    public record Gossip(
            int lazy, double factor, int history, int gossipHistory, int maxIds, int maxMessages, int retransmissions) {
        public static final Gossip DEFAULT = new Gossip(6, 0.25, 5, 3, 5_000, 10, 3);
    }

    /**
     * When a pruned peer may be grafted again.
     *
     * @param prune after a PRUNE
     * @param unsubscribe after a PRUNE because this host has left the topic
     * @param graftFlood how soon after its PRUNE a GRAFT counts twice
     * @param slackTicks heartbeats that are waited beyond the time
     */
    public record Backoff(Duration prune, Duration unsubscribe, Duration graftFlood, int slackTicks) {
        public static final Backoff DEFAULT =
                new Backoff(Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofSeconds(10), 1);
    }

    /**
     * The clock of the router.
     *
     * @param heartbeat between two heartbeats
     * @param firstHeartbeat after the start
     * @param fanout how long the peers of a topic that this host only publishes to are kept
     * @param seen how long the id of a message is remembered
     * @param iwantFollowUp in which a peer must send what it told and was asked for
     * @param directTicks heartbeats between two attempts to connect direct peers
     * @param dontWantTicks heartbeats an IDONTWANT is remembered
     */
    public record Timing(
            Duration heartbeat,
            Duration firstHeartbeat,
            Duration fanout,
            Duration seen,
            Duration iwantFollowUp,
            int directTicks,
            int dontWantTicks) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofSeconds(3),
                300,
                3);
    }

    public static final GossipParameters DEFAULT = new GossipParameters(
            Mesh.DEFAULT,
            Gossip.DEFAULT,
            Backoff.DEFAULT,
            Timing.DEFAULT,
            1_024,
            true,
            false,
            false,
            Set.of(),
            topic -> true,
            Extensions.NONE);

    public GossipParameters withMesh(Mesh value) {
        return new GossipParameters(
                value,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withGossip(Gossip value) {
        return new GossipParameters(
                mesh,
                value,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withBackoff(Backoff value) {
        return new GossipParameters(
                mesh,
                gossip,
                value,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withTiming(Timing value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                value,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withDontWantBytes(int value) {
        return new GossipParameters(
                mesh, gossip, backoff, timing, value, floodPublish, peerExchange, floodsub, direct, topics, extensions);
    }

    public GossipParameters withFloodPublish(boolean value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                value,
                peerExchange,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withPeerExchange(boolean value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                value,
                floodsub,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withFloodsub(boolean value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                value,
                direct,
                topics,
                extensions);
    }

    public GossipParameters withDirect(Set<PeerId> value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                Set.copyOf(value),
                topics,
                extensions);
    }

    public GossipParameters withTopics(Predicate<String> value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                value,
                extensions);
    }

    public GossipParameters withExtensions(Extensions value) {
        return new GossipParameters(
                mesh,
                gossip,
                backoff,
                timing,
                dontWantBytes,
                floodPublish,
                peerExchange,
                floodsub,
                direct,
                topics,
                value);
    }
}
