package libp2p.nat.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** The messages of circuit relay v2 and the voucher inside them. */
class RelayFuzzTest {
    @FuzzTest
    void hop(byte[] data) {
        try {
            HopMessage message = HopMessage.fromBytes(data);
            assertThat(HopMessage.fromBytes(message.toBytes()).type()).isEqualTo(message.type());
            ReservationInfo info = message.reservation();
            if (info != null) {
                assertThat(info.addresses()).hasSizeLessThanOrEqualTo(ReservationInfo.ADDRESSES);
                assertThat(info.expire()).isNotNegative();
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void stop(byte[] data) {
        try {
            StopMessage message = StopMessage.fromBytes(data);
            assertThat(StopMessage.fromBytes(message.toBytes()).type()).isEqualTo(message.type());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void voucher(byte[] data) {
        try {
            assertThat(Voucher.fromBytes(data).expiration()).isNotNegative();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
