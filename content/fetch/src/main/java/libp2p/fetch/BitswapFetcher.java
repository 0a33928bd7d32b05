package libp2p.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStore;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A fetcher that asks peers by Bitswap alone, in one session that begins when a block is not here. */
public final class BitswapFetcher extends StoringFetcher {
    private final BitswapSource bitswap;
    private final FetchOptions.Progress progress;

    /**
     * A fetcher that tells nothing while it fetches.
     *
     * @param peers that are asked first
     * @param patience how long a block is waited for while nothing comes from any peer
     */
    public BitswapFetcher(BlockStore store, Exchange exchange, List<PeerAddress> peers, Duration patience) {
        this(store, exchange, peers, patience, (source, bytes) -> {});
    }

    /**
     * A fetcher that tells of every block that came.
     *
     * @param peers that are asked first
     * @param patience how long a block is waited for while nothing comes from any peer
     */
    public BitswapFetcher(
            BlockStore store,
            Exchange exchange,
            List<PeerAddress> peers,
            Duration patience,
            FetchOptions.Progress progress) {
        super(store);
        bitswap = new BitswapSource(exchange, List.copyOf(peers), patience);
        this.progress = progress;
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
