package libp2p.muxers.yamux;

import libp2p.muxers.Limits;
import libp2p.muxers.engine.ChunkPool;
import libp2p.muxers.engine.Pools;
import libp2p.muxers.support.RandomWalk;
import libp2p.simulator.Seeds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class YamuxWalkTest {
    private static void walk(long seed) {
        ChunkPool pool = Pools.poisoned();
        RandomWalk.run(seed, new Yamux(Limits.DEFAULT, pool), pool, true);
    }

    @Test
    void keepsEveryPromiseUnderManySchedules() {
        Seeds.run(60, YamuxWalkTest::walk);
    }

    @Test
    @Tag("long")
    void keepsEveryPromiseUnderVeryManySchedules() {
        Seeds.run(3000, YamuxWalkTest::walk);
    }
}
