package libp2p.graphsync;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.ipld.traversal.Budget;

/** Every bound of GraphSync. */
@LimitGroup("graphsync")
public record GraphSyncLimits(
        @Bound(
                value = "4MiB",
                least = "1KiB",
                most = "1GiB",
                unit = "bytes",
                is = "in one message that is read; a longer one ends its stream")
        int messageBytes,

        @Bound(
                value = "16384",
                least = "1",
                most = "10000000",
                unit = "entries",
                is =
                        "of a kind (requests, responses, metadata or blocks) in one message that is read; with more it is refused")
        int messageEntries,

        @Bound(
                value = "2MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one block; a larger one is not sent, and a message with one is refused")
        int blockBytes,

        @Bound(
                value = "512KiB",
                least = "1",
                most = "1MiB",
                unit = "bytes",
                is =
                        "of blocks in a message, at which it is sent; with one more block it has to stay below 4 MiB for other implementations")
        int replyBytes,

        @Bound(value = "1024", least = "1", most = "10000", unit = "links", is = "in a message, at which it is sent")
        int replyLinks,

        @Bound(
                value = "128",
                least = "1",
                most = "1000000",
                unit = "requests",
                is = "of one peer that are served or wait to be; more are refused as busy")
        int requestsPerPeer,

        @Bound(
                value = "4096",
                least = "1",
                most = "1000000",
                unit = "requests",
                is = "of all peers that are served or wait to be; more are refused as busy")
        int requests,

        @Bound(
                value = "4",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of one peer that are walked at a time; further ones wait")
        int servingPerPeer,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of all peers that are walked at a time; further ones wait")
        int serving,

        @Bound(
                value = "100ms",
                least = "1ms",
                most = "1h",
                is = "for which a request is walked before those that wait have their turn")
        Duration turn,

        @Bound(
                value = "10m",
                least = "1s",
                most = "7d",
                is = "of work for one request without a block that its peer gets, after which the request ends")
        Duration barren,

        @Bound(
                value = "65536",
                least = "0",
                most = "10000000",
                unit = "blocks",
                is =
                        "known to be sent to one peer, for each deduplication key; further ones may be sent twice; 0: any may")
        int remembered,

        @Bound(
                value = "8MiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is =
                        "of blocks that have come for one request of this host and are not walked, beyond which its peer has to wait")
        long queuedBytes,

        @Bound(
                value = "131072",
                least = "1",
                most = "100000000",
                unit = "links",
                is =
                        "that have come for one request of this host and are not walked, beyond which its peer has to wait")
        int queuedLinks,

        @Bound(
                value = "4MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of blocks that have come for one request of this host, at which they are stored")
        int unstoredBytes,

        @Bound(
                value = "1000000",
                least = "1",
                most = "unlimited",
                unit = "blocks",
                is = "that one request of a peer may load, beyond which it ends")
        long servedBlocks,

        @Bound(
                value = "1024GiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in the blocks that one request of a peer may load, beyond which it ends")
        long servedBytes,

        @Bound(
                value = "1024",
                least = "1",
                most = "65536",
                unit = "links",
                is = "from the root to a block that a request of a peer may load, beyond which it ends")
        int servedDepth,

        @Bound(
                value = "100000000",
                least = "1",
                most = "unlimited",
                unit = "nodes",
                is = "of the IPLD data model that one request of a peer may visit, beyond which it ends")
        long servedNodes,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "blocks",
                is = "that one request of this host may load, beyond which it fails")
        long ownBlocks,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in the blocks that one request of this host may load, beyond which it fails")
        long ownBytes,

        @Bound(
                value = "65536",
                least = "1",
                most = "65536",
                unit = "links",
                is = "from the root to a block that a request of this host may load, beyond which it fails")
        int ownDepth,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "nodes",
                is = "of the IPLD data model that one request of this host may visit, beyond which it fails")
        long ownNodes,

        @Bound(
                value = "2m",
                least = "1ms",
                most = "1d",
                is = "for which one write of a message may wait, after which its stream fails")
        Duration sendTimeout,

        @Bound(
                value = "10m",
                least = "1ms",
                most = "7d",
                is = "for which a stream that a peer has opened may be silent, after which it ends")
        Duration idle,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1h",
                is =
                        "for which a stream of this host is used again after a message; other implementations end one after ten seconds")
        Duration streamIdle,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "for which a request of this host waits for the next part of its answer, after which it fails")
        Duration patience,

        @Bound(
                value = "10m",
                least = "1ms",
                most = "7d",
                is = "for which a request that the responder has paused is kept, on both sides; then it ends")
        Duration pausedPatience,

        @Bound(
                value = "1h",
                least = "1ms",
                most = "365d",
                is = "for which a peer is left alone that sent what was not asked for")
        Duration banned) {
    /** As go-graphsync has them where it has them. */
    public static final GraphSyncLimits DEFAULT = Bounds.defaults(GraphSyncLimits.class);

    public GraphSyncLimits {
        Bounds.check(
                GraphSyncLimits.class,
                messageBytes,
                messageEntries,
                blockBytes,
                replyBytes,
                replyLinks,
                requestsPerPeer,
                requests,
                servingPerPeer,
                serving,
                turn,
                barren,
                remembered,
                queuedBytes,
                queuedLinks,
                unstoredBytes,
                servedBlocks,
                servedBytes,
                servedDepth,
                servedNodes,
                ownBlocks,
                ownBytes,
                ownDepth,
                ownNodes,
                sendTimeout,
                idle,
                streamIdle,
                patience,
                pausedPatience,
                banned);
    }

    /** What the walk of a peer's request may touch. */
    public Budget served() {
        return new Budget(servedBlocks, servedBytes, servedDepth, servedNodes);
    }

    /** What the walk of this host's request may touch. */
    public Budget own() {
        return new Budget(ownBlocks, ownBytes, ownDepth, ownNodes);
    }
}
