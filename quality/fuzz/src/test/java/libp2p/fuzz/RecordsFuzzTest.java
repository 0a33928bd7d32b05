package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;

/** Signed envelopes, peer records and the protobuf reader beneath. */
class RecordsFuzzTest {
    @FuzzTest
    void envelope(byte[] data) {
        try {
            SignedEnvelope envelope = SignedEnvelope.fromBytes(data);
            PeerRecord record = PeerRecord.open(envelope);
            assertThat(record.peerId()).isEqualTo(envelope.signer().peerId());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void protobuf(byte[] data) {
        try {
            ProtobufReader in = ProtobufReader.of("Fuzz", data, 1 << 16, 1000);
            while (in.next()) {
                switch (in.field() % 4) {
                    case 0 -> in.skip();
                    case 1 -> in.bytes(1000);
                    case 2 -> in.uint64();
                    default -> in.string(1000);
                }
            }
        } catch (ProtobufException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void delimited(byte[] data) {
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        int longest = 100;
        try {
            byte[] message;
            while ((message = Delimited.readOrEnd("Fuzz", in, longest)) != null) {
                assertThat(message).hasSizeLessThanOrEqualTo(longest);
                assertThat(Delimited.read("Fuzz", new ByteArrayInputStream(Delimited.frame(message)), longest))
                        .isEqualTo(message);
            }
            assertThat(in.available()).isZero();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
