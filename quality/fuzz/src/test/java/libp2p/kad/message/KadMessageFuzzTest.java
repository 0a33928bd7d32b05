package libp2p.kad.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Messages of strangers to the DHT. */
class KadMessageFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        MessageLimits limits = MessageLimits.DEFAULT;
        try {
            KadMessage message = KadMessage.decode(data, limits);
            assertThat(message.closerPeers()).hasSizeLessThanOrEqualTo(limits.peers());
            assertThat(message.providerPeers()).hasSizeLessThanOrEqualTo(limits.peers());
            assertThat(KadMessage.decode(message.toBytes(), limits).type()).isEqualTo(message.type());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
