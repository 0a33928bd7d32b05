package libp2p.protocols.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** The message of identify. */
class IdentifyFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        Identify.Limits limits = Identify.Limits.DEFAULT;
        IdentifyMessage message = new IdentifyMessage();
        try {
            message.merge(data, limits);
            assertThat(message.protocols).hasSizeLessThanOrEqualTo(limits.protocols());
            assertThat(message.listenAddresses).hasSizeLessThanOrEqualTo(limits.addresses());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
