package libp2p.muxers;

import libp2p.simulator.Seeds;
import org.junit.jupiter.api.Test;

/** Bytes that are handed from thread to thread reach the other end under each seed, and every thread ends. */
class ChatterTest {
    private static final int SEEDS = 200;

    @Test
    void eachMessageIsEchoedInTime() {
        Seeds.run(SEEDS, Chatter::play);
    }
}
