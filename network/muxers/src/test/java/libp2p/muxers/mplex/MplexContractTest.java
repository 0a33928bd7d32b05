package libp2p.muxers.mplex;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.contracts.Harness;
import libp2p.contracts.muxer.MuxerContract;
import libp2p.core.muxer.Muxer;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;

@Harness("mplex")
class MplexContractTest extends MuxerContract {
    private final ChunkPool pool = Pools.poisoned();

    @Override
    protected Muxer muxer() {
        return new Mplex(MuxerLimits.DEFAULT, pool);
    }

    @Override
    protected void nothingIsLeft() {
        assertThat(pool.lent()).as("chunks in use").isZero();
    }
}
