package libp2p.nat.autonat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** The message of AutoNAT v1. */
class DialMessageFuzzTest {
    @FuzzTest
    void dialMessage(byte[] data) {
        try {
            DialMessage message = DialMessage.fromBytes(data);
            if (message instanceof DialMessage.Request request) {
                assertThat(request.addresses()).hasSizeLessThanOrEqualTo(DialMessage.MAX_ADDRESSES);
            }
            assertThat(DialMessage.fromBytes(message.toBytes())).isEqualTo(message);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
