package libp2p.fetch;

import java.io.IOException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.delegated.trustless.WrongBytesException;
import libp2p.graphsync.GraphSync;
import libp2p.graphsync.GraphSyncRequest;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.SelectorWalk;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;

/** A peer that is asked by GraphSync: whole DAGs in one request, and single blocks. */
final class GraphSyncSource implements FetchSource {
    /** Other implementations refuse recursions without a bound, and more than 100 levels of values. */
    private static final Selector ALL = new Selector.ExploreRecursive(
            new Selector.ExploreAll(new Selector.ExploreRecursiveEdge()), new Selector.Limit(100), null);

    private final GraphSync graphSync;
    private final PeerAddress peer;

    GraphSyncSource(GraphSync graphSync, PeerAddress peer) {
        this.graphSync = graphSync;
        this.peer = peer;
    }

    @Override
    public String name() {
        return "graphsync of " + peer.peer();
    }

    @Override
    public byte[] block(Cid cid, Deadline deadline) throws IOException {
        byte[][] got = new byte[1][];
        run(cid, Selectors.MATCH, block -> got[0] = block.data());
        if (got[0] == null) { // another fetch was faster
            throw new BlockNotFoundException(cid, name() + " was not asked for it: it is here");
        }
        return got[0];
    }

    @Override
    public boolean hasArchives() {
        return true;
    }

    @Override
    public void archive(Cid root, Budget budget, BlockSink sink, Deadline deadline) throws IOException {
        run(root, ALL, sink);
    }

    private void run(Cid root, Selector selector, BlockSink sink) throws IOException {
        SelectorWalk.Visitor ignored = visit -> {};
        try (GraphSyncRequest request = graphSync.request(peer, root, selector)) {
            request.onBlock(sink);
            request.run(ignored);
        } catch (ProtocolViolationException e) {
            throw new WrongBytesException(name() + ": " + e.getMessage(), e);
        }
    }
}
