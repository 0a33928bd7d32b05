package libp2p.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.core.protobuf.ProtobufException;

/** Messages of peers to a rendezvous point, and its answers. */
class RendezvousFuzzTest {
    @FuzzTest
    void message(byte[] data) throws IOException {
        RendezvousMessage message;
        try {
            message = RendezvousMessage.CODEC.decode(data);
        } catch (ProtobufException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        byte[] again = RendezvousMessage.CODEC.encode(message);
        assertThat(RendezvousMessage.CODEC.encode(RendezvousMessage.CODEC.decode(again)))
                .isEqualTo(again);
    }

    @FuzzTest
    void record(byte[] data) {
        try {
            RecordForm.Content content = RecordForm.decode(data);
            byte[] unsigned = RecordForm.unsigned(content.peer(), content.addresses());
            assertThat(RecordForm.decode(unsigned).peer()).isEqualTo(content.peer());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
