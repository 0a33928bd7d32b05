package libp2p.filecoin;

import libp2p.blocks.BlockStore;
import libp2p.core.datastore.Datastore;

/**
 * The parts of a client.
 *
 * @param wallet pays and signs
 * @param chain the chain
 * @param deals keeps the deals over restarts; the caller closes it after the host
 * @param store has the DAGs; the caller closes it after the host
 * @param limits its bounds
 */
public record ClientOptions(Wallet wallet, Chain chain, Datastore deals, BlockStore store, FilecoinLimits limits) {
    /** With the default bounds. */
    public ClientOptions(Wallet wallet, Chain chain, Datastore deals, BlockStore store) {
        this(wallet, chain, deals, store, FilecoinLimits.DEFAULT);
    }
}
