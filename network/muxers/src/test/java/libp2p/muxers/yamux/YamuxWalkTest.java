package libp2p.muxers.yamux;

import java.time.Duration;
import libp2p.muxers.MuxerLimits;
import libp2p.muxers.support.RandomWalk;
import libp2p.simulator.Seeds;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class YamuxWalkTest {
    /** Half of the walks hear no ping after the first, which could wake a thread that was forgotten. */
    private static final MuxerLimits QUIET = MuxerLimits.DEFAULT.withYamux(
            new MuxerLimits.Yamux(256, 16 << 20, 32, Duration.ofDays(1), Duration.ofDays(1)));

    private static void walk(long seed) {
        ChunkPool pool = Pools.poisoned();
        RandomWalk.run(seed, new Yamux(seed % 2 == 0 ? QUIET : MuxerLimits.DEFAULT, pool), pool, true);
    }

    @Test
    void keepsEveryPromiseUnderManySchedules() {
        Seeds.run(40, YamuxWalkTest::walk);
    }

    @Test
    @Tag("long")
    void keepsEveryPromiseUnderVeryManySchedules() {
        Seeds.run(3000, YamuxWalkTest::walk);
    }
}
