package libp2p.nat.dcutr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** The message of DCUtR. */
class HolePunchFuzzTest {
    @FuzzTest
    void holePunch(byte[] data) {
        try {
            HolePunchMessage message = HolePunchMessage.fromBytes(data);
            assertThat(message.addresses()).hasSizeLessThanOrEqualTo(HolePunchMessage.MAX_ADDRESSES);
            assertThat(HolePunchMessage.fromBytes(message.toBytes()).type()).isEqualTo(message.type());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
