package libp2p.exchange.graphsync;

import java.time.Duration;
import libp2p.ipld.traversal.Budget;

/**
 * Every bound of GraphSync.
 *
 * @param messageBytes of the longest message that is read
 * @param messageEntries requests, responses and blocks of a message that is read
 * @param blockBytes of the largest block that is sent or taken
 * @param replyBytes of blocks after which a message is sent
 * @param replyLinks after which a message is sent
 * @param requestsPerPeer of a peer that are served or wait to be
 * @param requests of all peers that are served or wait to be
 * @param servingPerPeer requests of a peer that are walked at the same time
 * @param serving requests of all peers that are walked at the same time
 * @param turn after which a request that is walked lets those go first that wait to be
 * @param barren work on a request that brings its peer no block, after which it ends; from a second on all such work of
 *     one peer has half of a processor
 * @param remembered blocks that are known to have been sent to a peer, for each key; later ones may be sent twice
 * @param queuedBytes of blocks that have arrived for a request and are not walked yet; then the peer must wait
 * @param queuedLinks likewise
 * @param unstoredBytes of blocks that a request has and has not stored yet
 * @param served what the walk of a peer's request may touch
 * @param own what the walk of this host's request may touch
 * @param sendTimeout for one message
 * @param idle how long an incoming stream may be silent
 * @param streamIdle after which a stream of ours is not written to again: other implementations end it after ten
 *     seconds
 * @param patience how long a request waits while nothing comes
 * @param pausedPatience how long either side keeps a request that the responder has paused
 * @param banned how long a peer that sent what nobody asked for is left alone
 */
public record GraphSyncLimits(
        int messageBytes,
        int messageEntries,
        int blockBytes,
        int replyBytes,
        int replyLinks,
        int requestsPerPeer,
        int requests,
        int servingPerPeer,
        int serving,
        Duration turn,
        Duration barren,
        int remembered,
        long queuedBytes,
        int queuedLinks,
        int unstoredBytes,
        Budget served,
        Budget own,
        Duration sendTimeout,
        Duration idle,
        Duration streamIdle,
        Duration patience,
        Duration pausedPatience,
        Duration banned) {
    /** As go-graphsync has them where it has them. */
    public static final GraphSyncLimits DEFAULT = new GraphSyncLimits(
            4 << 20,
            16_384,
            2 << 20,
            512 << 10,
            1024,
            128,
            4096,
            4,
            64,
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            1 << 16,
            8 << 20,
            1 << 17,
            4 << 20,
            Budget.STRANGER,
            Budget.OWN,
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofHours(1));
}
