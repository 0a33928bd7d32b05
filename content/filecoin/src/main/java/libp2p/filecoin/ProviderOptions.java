package libp2p.filecoin;

import java.nio.file.Path;
import libp2p.core.datastore.Datastore;

/**
 * The parts of a provider.
 *
 * @param worker signs the asks; its key is that of the miner's worker on the chain
 * @param chain the chain
 * @param deals keeps the deals over restarts; the caller closes it after the host
 * @param staging an existing folder, of this provider alone, for CARs that are not sealed yet
 * @param sealer takes the pieces
 * @param ask what it asks for at first
 * @param nearHttp whether CARs are also fetched from HTTP servers in networks that are not public: only where no
 *     stranger can propose deals
 * @param limits its bounds
 */
public record ProviderOptions(
        Wallet worker,
        Chain chain,
        Datastore deals,
        Path staging,
        Sealer sealer,
        StorageAsk ask,
        boolean nearHttp,
        FilecoinLimits limits) {
    /** With the default bounds, and CARs from public servers and peers alone. */
    public ProviderOptions(Wallet worker, Chain chain, Datastore deals, Path staging, Sealer sealer, StorageAsk ask) {
        this(worker, chain, deals, staging, sealer, ask, false, FilecoinLimits.DEFAULT);
    }
}
