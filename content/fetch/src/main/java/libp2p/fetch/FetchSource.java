package libp2p.fetch;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.delegated.trustless.TrustlessClient;
import libp2p.graphsync.GraphSync;
import libp2p.ipld.BlockSink;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;

/** Somewhere that blocks are fetched from. Thread-safe; methods block, and end when their thread is interrupted. */
public interface FetchSource {
    /** The key of its reputation, and its name in messages. */
    String name();

    /**
     * A block, verified.
     *
     * @throws libp2p.ipld.BlockNotFoundException if it is not there
     * @throws libp2p.delegated.trustless.WrongBytesException if other bytes came: the source is never asked again
     */
    byte[] block(Cid cid, Deadline deadline) throws IOException;

    /** Whether whole DAGs come in one answer. */
    default boolean hasArchives() {
        return false;
    }

    /** Hands the blocks below a root to a sink, verified, as they come. */
    default void archive(Cid root, Budget budget, BlockSink sink, Deadline deadline) throws IOException {
        throw new UnsupportedOperationException(name() + " sends no archives");
    }

    /** A trustless gateway, which the caller closes after the fetchers that use it. */
    static FetchSource gateway(TrustlessClient client) {
        return new FetchSource() {
            @Override
            public String name() {
                return client.name();
            }

            @Override
            public byte[] block(Cid cid, Deadline deadline) throws IOException {
                return client.block(cid, deadline);
            }

            @Override
            public boolean hasArchives() {
                return true;
            }

            @Override
            public void archive(Cid root, Budget budget, BlockSink sink, Deadline deadline) throws IOException {
                client.archive(root, java.util.List.of(), TrustlessClient.Scope.ALL, budget, sink, deadline);
            }
        };
    }

    /** A peer that is asked by GraphSync; its blocks are in the store of the exchange, too. */
    static FetchSource graphSync(GraphSync exchange, PeerAddress peer) {
        return new GraphSyncSource(exchange, peer);
    }
}
