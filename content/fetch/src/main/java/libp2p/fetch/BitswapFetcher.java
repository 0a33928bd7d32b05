package libp2p.fetch;

import java.io.IOException;
import java.util.List;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStore;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A fetcher that asks peers by Bitswap alone, in one session that begins when a block is not here. */
public final class BitswapFetcher extends StoringFetcher {
    private final BitswapSource bitswap;
    private final FetchOptions.Progress progress;

    /** With Bitswap, peers, patience, progress and reputation of the options. */
    BitswapFetcher(BlockStore store, Exchange exchange, FetchOptions options) {
        super(store);
        bitswap = new BitswapSource(
                exchange, options.peers(), options.patience(), new PeerReputations(options.reputation()));
        progress = options.progress();
    }

    @Override
    byte @Nullable [] find(Cid cid) throws IOException {
        BitswapSession open = isClosed() ? null : bitswap.begun();
        return open == null ? store.find(cid) : open.find(cid);
    }

    @Override
    byte[] fetch(Cid cid) throws IOException {
        byte[] got = bitswap.session().get(cid);
        progress.block(bitswap.name(), got.length);
        return got;
    }

    @Override
    void begin(List<Cid> cids) throws IOException {
        List<Cid> missing = bitswap.begun() == null ? store.missing(cids) : cids; // a session looks itself
        if (!missing.isEmpty()) {
            bitswap.session().prefetch(missing);
        }
    }

    @Override
    public Received received() {
        return bitswap.received();
    }

    @Override
    void awaitFetched() throws IOException {
        bitswap.flush();
    }

    @Override
    void end() {
        bitswap.close();
    }
}
