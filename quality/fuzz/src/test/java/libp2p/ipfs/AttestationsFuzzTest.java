package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import libp2p.core.record.SignedEnvelope;

/** Answers with signed statements about content, as strangers may make them. */
class AttestationsFuzzTest {
    @FuzzTest
    void answer(byte[] data) {
        try {
            List<SignedEnvelope> envelopes = Attestations.decodeAnswer(data, AttestationLimits.DEFAULT);
            assertThat(envelopes).hasSizeLessThanOrEqualTo(AttestationLimits.DEFAULT.perContent());
            for (SignedEnvelope envelope : envelopes) {
                Attestation.of(envelope, AttestationLimits.DEFAULT);
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** The signature holds; what was signed is anything. */
    @FuzzTest
    void statement(byte[] data) {
        try {
            Attestation.Statement read = Attestation.Statement.decode(data, AttestationLimits.DEFAULT);
            assertThat(read.claim().length()).isLessThanOrEqualTo(AttestationLimits.DEFAULT.claimBytes());
            assertThat(Attestation.Statement.decode(read.encode(), AttestationLimits.DEFAULT))
                    .isEqualTo(read);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
