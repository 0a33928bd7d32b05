package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

class SessionWantTest {
    private static final byte[] DATA = {1, 2, 3};

    private final SessionWant want =
            new SessionWant(Block.of(Multicodec.RAW, DATA).cid(), 1);

    @Test
    void keepsNoDataThatIsNotWaitedFor() {
        want.arrive(DATA);

        assertThat(want.hasArrived()).isTrue();
        assertThat(want.data()).isNull();
    }

    @Test
    void givesTheDataToEveryoneWhoWaitsAndForgetsItThen() {
        want.await();
        want.await();
        assertThat(want.hasArrived()).isFalse();

        want.arrive(DATA);

        assertThat(want.data()).isSameAs(DATA);
        want.leave();
        assertThat(want.data()).isSameAs(DATA);
        want.leave();
        assertThat(want.data()).isNull();
    }

    @Test
    void hasNothingForACallerWhoComesLater() {
        want.await();
        want.arrive(DATA);
        want.leave();

        want.await();

        assertThat(want.hasArrived()).isTrue();
        assertThat(want.data()).isNull();
    }
}
