package libp2p.muxers.mplex;

import libp2p.core.testing.Harness;
import libp2p.muxers.Limits;
import libp2p.muxers.support.MemoryLink;
import libp2p.muxers.support.MuxedPair;
import libp2p.muxers.support.MuxerContract;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;

@Harness("mplex")
class MplexContractTest extends MuxerContract {
    @Override
    protected MuxedPair pair(MemoryLink.Shape shape) {
        ChunkPool pool = Pools.poisoned();
        return new MuxedPair(new Mplex(Limits.DEFAULT, pool), pool, shape);
    }
}
