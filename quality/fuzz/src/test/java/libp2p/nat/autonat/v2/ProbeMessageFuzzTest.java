package libp2p.nat.autonat.v2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** The messages of AutoNAT v2. */
class ProbeMessageFuzzTest {
    @FuzzTest
    void probe(byte[] data) {
        try {
            ProbeMessage message = ProbeMessage.fromBytes(data);
            if (message instanceof ProbeMessage.DialRequest request) {
                assertThat(request.addresses()).hasSizeLessThanOrEqualTo(ProbeMessage.MAX_ADDRESSES);
            }
            if (message instanceof ProbeMessage.DialDataResponse piece) {
                assertThat(piece.length()).isBetween(0, ProbeMessage.MAX_DATA);
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void dialBack(byte[] data) {
        try {
            long nonce = DialBackMessages.readNonce(data);
            assertThat(DialBackMessages.readNonce(DialBackMessages.nonce(nonce)))
                    .isEqualTo(nonce);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
