package libp2p.muxers.mplex;

import libp2p.muxers.MuxerLimits;
import libp2p.muxers.support.RandomWalk;
import libp2p.simulator.Seeds;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MplexWalkTest {
    private static void walk(long seed) {
        ChunkPool pool = Pools.poisoned();
        RandomWalk.run(seed, new Mplex(MuxerLimits.DEFAULT, pool), pool, false);
    }

    @Test
    void keepsEveryPromiseUnderManySchedules() {
        Seeds.run(15, MplexWalkTest::walk);
    }

    @Test
    @Tag("long")
    void keepsEveryPromiseUnderVeryManySchedules() {
        Seeds.run(1000, MplexWalkTest::walk);
    }
}
