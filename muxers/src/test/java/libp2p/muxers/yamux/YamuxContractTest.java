package libp2p.muxers.yamux;

import libp2p.core.testing.Harness;
import libp2p.muxers.Limits;
import libp2p.muxers.support.MemoryLink;
import libp2p.muxers.support.MuxedPair;
import libp2p.muxers.support.MuxerContract;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;

@Harness("yamux")
class YamuxContractTest extends MuxerContract {
    @Override
    protected MuxedPair pair(MemoryLink.Shape shape) {
        ChunkPool pool = Pools.poisoned();
        return new MuxedPair(new Yamux(Limits.DEFAULT, pool), pool, shape);
    }
}
