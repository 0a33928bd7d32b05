package libp2p.pubsub.router;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Rpc.Extensions;

/**
 * Parameters of the router; those of the specification have its names in their comments and, where nothing else is
 * said, the defaults that go-libp2p and the specification agree on.
 *
 * @param mesh how many peers a mesh has
 * @param gossip about messages to peers outside the mesh
 * @param backoff when a pruned peer may be grafted again
 * @param timing the clock of the router
 * @param trials by which a member of a mesh that brings too little is found out
 * @param dontWantBytes messages from this size on are announced by IDONTWANT
 * @param floodPublish whether own publications go to all peers of a topic, not to the mesh alone
 * @param peerExchange whether PRUNE offers other peers
 * @param floodsub whether only floodsub is spoken: everything goes to all peers
 * @param direct peers with whom everything is exchanged whatever their score, outside of the mesh
 * @param topics which topics are remembered when other peers subscribe to them
 * @param extensions which extensions of version 1.3 this host knows
 */
public record GossipParameters(
        Mesh mesh,
        Gossip gossip,
        Backoff backoff,
        Timing timing,
        Trials trials,
        int dontWantBytes,
        boolean floodPublish,
        boolean peerExchange,
        boolean floodsub,
        Set<PeerId> direct,
        Predicate<String> topics,
        Extensions extensions) {
    /**
     * The size of a mesh.
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
        /** Between 5 and 12 peers, 6 as a rule, of which 4 have the best scores and 2 are dialed by this host. */
        public static final Mesh DEFAULT = new Mesh(6, 5, 12, 4, 2, 60, 2);

        public Mesh {
            if (low > desired || desired > high || outbound >= Math.max(1, low) && low > 0 || byScore > desired) {
                throw new IllegalArgumentException("a mesh with D " + desired + ", D_lo " + low + ", D_hi " + high
                        + ", D_score " + byScore + " and D_out " + outbound);
            }
        }

        /** A mesh of so many peers, never fewer by choice, and at most twice as many. */
        public Mesh withDegree(int degree) {
            return new Mesh(
                    degree,
                    degree,
                    2 * degree,
                    Math.min(byScore, degree),
                    Math.min(outbound, Math.max(0, degree - 1)),
                    opportunisticTicks,
                    opportunisticPeers);
        }
    }

    /**
     * Gossip for peers outside the mesh.
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
        /** To 6 peers or a quarter of them, about the last 3 of 5 heartbeats. */
        public static final Gossip DEFAULT = new Gossip(6, 0.25, 5, 3, 5_000, 10, 3);
    }

    /**
     * The times in which a pruned peer is not grafted.
     *
     * @param prune after a PRUNE
     * @param unsubscribe after a PRUNE because this host has left the topic
     * @param refused after a PRUNE because a mesh has no room for a peer that asks for it
     * @param graftFlood how soon after its PRUNE a GRAFT counts twice
     * @param slackTicks heartbeats that are waited beyond the time
     */
    public record Backoff(Duration prune, Duration unsubscribe, Duration refused, Duration graftFlood, int slackTicks) {
        /** A minute after a prune, 10 s after leaving a topic and where there was no room, with 1 heartbeat in reserve. */
        public static final Backoff DEFAULT = new Backoff(
                Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), 1);
    }

    /**
     * The clock of the router.
     *
     * @param heartbeat between two heartbeats
     * @param firstHeartbeat after the start
     * @param fanout how long the peers of a topic that this host only publishes to are kept
     * @param seen how long the id of a message is remembered
     * @param iwantFollowUp in which a peer must send a message that it announced and was asked for
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
        /** A heartbeat each second, and the other times of go-libp2p-pubsub. */
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofSeconds(3),
                300,
                3);
    }

    /**
     * Trials of the members of a mesh: a message is kept back from a member, which an honest one brings because it has it from others.
     * A member that fails is pruned with the usual back-off, which doubles with each time, and loses no score.
     *
     * @param perMessage members from which the same message is kept back at most; 0 turns trials off
     * @param interval between two trials of a member that has passed those before
     * @param window in which the member has to bring the message; it is sent to it at the heartbeat after
     * @param settling how long a member is in the mesh before its first trial
     * @param failure what a missed message counts, where a brought one counts 1 against it
     * @param limit from which a member has failed
     * @param passes messages after which a member is no newcomer any more
     * @param probation time after which it is none
     * @param closed the longest time between two admissions of strangers, in the mean, after members have failed
     */
    public record Trials(
            int perMessage,
            Duration interval,
            Duration window,
            Duration settling,
            int failure,
            int limit,
            int passes,
            Duration probation,
            Duration closed) {
        /** The trials as the simulations of attacks chose them. */
        public static final Trials DEFAULT = new Trials(
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                4,
                13,
                8,
                Duration.ofSeconds(30),
                Duration.ofMinutes(1));
        /** No trials: who is in the mesh stays there. */
        public static final Trials OFF = new Trials(
                0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1, Integer.MAX_VALUE, 0, Duration.ZERO, Duration.ZERO);

        public Trials {
            if (perMessage < 0 || failure < 1 || limit < 1 || passes < 0) {
                throw new IllegalArgumentException(
                        "trials of " + perMessage + " members at once, where a failure counts " + failure + " up to "
                                + limit + " and " + passes + " passes prove a member");
            }
        }
    }

    /** The defaults of every part. */
    public static final GossipParameters DEFAULT = new GossipParameters(
            Mesh.DEFAULT,
            Gossip.DEFAULT,
            Backoff.DEFAULT,
            Timing.DEFAULT,
            Trials.DEFAULT,
            1_024,
            true,
            false,
            false,
            Set.of(),
            topic -> true,
            Extensions.NONE);

    /** @throws IllegalArgumentException if a size is negative */
    public GossipParameters {
        direct = Set.copyOf(direct);
        if (dontWantBytes < 0) {
            throw new IllegalArgumentException("IDONTWANT from " + dontWantBytes + " bytes on");
        }
    }

    /** The same with another size of the mesh. */
    public GossipParameters withMesh(Mesh value) {
        return with(draft -> draft.mesh = value);
    }

    /** The same with another amount of gossip. */
    public GossipParameters withGossip(Gossip value) {
        return with(draft -> draft.gossip = value);
    }

    /** The same with other times of the heartbeat and its parts. */
    public GossipParameters withTiming(Timing value) {
        return with(draft -> draft.timing = value);
    }

    /** The same with another least number of bytes of a message for which IDONTWANT is sent. */
    public GossipParameters withDontWantBytes(int value) {
        return with(draft -> draft.dontWantBytes = value);
    }

    /** The same, sending own messages to all peers of good score or to the mesh alone. */
    public GossipParameters withFloodPublish(boolean value) {
        return with(draft -> draft.floodPublish = value);
    }

    /** The same, naming other peers in a prune or not. */
    public GossipParameters withPeerExchange(boolean value) {
        return with(draft -> draft.peerExchange = value);
    }

    /** The same, talking to peers that speak floodsub alone or not. */
    public GossipParameters withFloodsub(boolean value) {
        return with(draft -> draft.floodsub = value);
    }

    /** The same with other peers with whom every message is exchanged, outside of the mesh. */
    public GossipParameters withDirect(Set<PeerId> value) {
        return with(draft -> draft.direct = value);
    }

    /** The same with other extensions of version 1.3 that are announced. */
    public GossipParameters withExtensions(Extensions value) {
        return with(draft -> draft.extensions = value);
    }

    /** The same with other trials of the members of a mesh. */
    public GossipParameters withTrials(Trials value) {
        return with(draft -> draft.trials = value);
    }

    private GossipParameters with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy that is being changed. */
    private static final class Draft {
        private Mesh mesh;
        private Gossip gossip;
        private Backoff backoff;
        private Timing timing;
        private Trials trials;
        private int dontWantBytes;
        private boolean floodPublish;
        private boolean peerExchange;
        private boolean floodsub;
        private Set<PeerId> direct;
        private Predicate<String> topics;
        private Extensions extensions;

        private Draft(GossipParameters from) {
            mesh = from.mesh;
            gossip = from.gossip;
            backoff = from.backoff;
            timing = from.timing;
            trials = from.trials;
            dontWantBytes = from.dontWantBytes;
            floodPublish = from.floodPublish;
            peerExchange = from.peerExchange;
            floodsub = from.floodsub;
            direct = from.direct;
            topics = from.topics;
            extensions = from.extensions;
        }

        private GossipParameters finished() {
            return new GossipParameters(
                    mesh,
                    gossip,
                    backoff,
                    timing,
                    trials,
                    dontWantBytes,
                    floodPublish,
                    peerExchange,
                    floodsub,
                    direct,
                    topics,
                    extensions);
        }
    }
}
