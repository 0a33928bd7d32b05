package libp2p.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A remote that acknowledges every second packet has a stream full of small ranges that are lost and that have arrived.
 * Work that grows with the product of their numbers holds the event loop.
 */
class ScatteredAcknowledgementsTest {
    /** Packets that one ACK frame tells of, every second one, in a datagram of usual size. */
    private static final int PACKETS_OF_A_FRAME = 1_400;

    /** As many as are kept until they are acknowledged. Where the work is a product this takes minutes. */
    private static final int PACKETS = 24_000;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everySecondPacketOfAllThatMayBeInFlightIsLostAndSentAgainInATimeThatEnds() {
        SendBuffer buffer = new SendBuffer(new StreamChunks(1 << 20));
        buffer.write(ByteBuffer.allocate(PACKETS), PACKETS);
        buffer.advance(PACKETS);
        for (int from = 0; from < PACKETS; from += PACKETS_OF_A_FRAME) {
            int end = Math.min(PACKETS, from + PACKETS_OF_A_FRAME);
            for (int each = from; each < end; each += 2) {
                buffer.lost(each, each + 1);
            }
            for (int each = from + 1; each < end; each += 2) {
                buffer.acknowledged(each, each + 1);
            }
        }
        assertThat(buffer.lost().size()).isEqualTo(PACKETS / 2);
        for (int each = 0; each < PACKETS; each += 2) {
            assertThat(buffer.lost().from(0)).isEqualTo(each);
            buffer.lost().remove(each, each + 1); // it leaves again
        }
        for (int each = PACKETS - 2; each >= 0; each -= 2) {
            buffer.lost(each, each + 1); // and is lost again
        }
        assertThat(buffer.lost().size()).isEqualTo(PACKETS / 2);
        for (int each = 0; each < PACKETS; each += 2) {
            buffer.acknowledged(each, each + 1);
        }
        assertThat(buffer.held()).isZero();
        assertThat(buffer.lost().isEmpty()).isTrue();
    }
}
