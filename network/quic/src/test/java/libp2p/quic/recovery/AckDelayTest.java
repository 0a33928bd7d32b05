package libp2p.quic.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.wire.FrameOutput;
import org.junit.jupiter.api.Test;

/** When an acknowledgement leaves by itself (RFC 9000, section 13.2). */
class AckDelayTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long MAX_DELAY = 25 * MILLISECOND;
    private static final int LARGE = 1400;
    private static final int SMALL = 40;

    private final PacketSpace space = new PacketSpace(true, MAX_DELAY);
    private long number;

    private void receive(int size, long now) {
        space.received(number++, size, true, 0, now);
    }

    @Test
    void everySecondLargePacketIsAcknowledgedAtOnce() {
        receive(LARGE, 0);
        assertThat(space.ackDeadline()).isEqualTo(MAX_DELAY);
        receive(LARGE, 1);
        assertThat(space.isAckDue(1)).isTrue();
    }

    @Test
    void smallPacketsWaitAMillisecondForSomethingThatIsSent() {
        receive(SMALL, 0);
        receive(SMALL, 10);
        assertThat(space.isAckDue(10)).isFalse();
        assertThat(space.ackDeadline()).isEqualTo(MILLISECOND + 10);
        FrameOutput out = new FrameOutput();
        out.reset(new byte[100], 0, 100);
        assertThat(space.writeAck(out, 3, 20)).isEqualTo(1); // of a packet with data
        assertThat(space.ackDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void manySmallPacketsWaitNoLonger() {
        for (int i = 0; i < 7; i++) {
            receive(SMALL, i);
            assertThat(space.isAckDue(i)).isFalse();
        }
        receive(SMALL, 7);
        assertThat(space.isAckDue(7)).isTrue();
    }

    @Test
    void aGapIsToldAtOnce() {
        receive(SMALL, 0);
        number++;
        receive(SMALL, 1);
        assertThat(space.isAckDue(1)).isTrue();
    }

    @Test
    void packetsOfTheHandshakeDoNotWait() {
        PacketSpace handshake = new PacketSpace(false, MAX_DELAY);
        handshake.received(0, SMALL, true, 0, 0);
        assertThat(handshake.isAckDue(0)).isTrue();
    }
}
