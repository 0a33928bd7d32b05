package libp2p.auth.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import libp2p.auth.challenge.ProofMessages.Question;
import libp2p.core.identity.Identity;
import libp2p.core.record.SignedEnvelope;
import libp2p.system.SystemEnvironment;

/** The messages of {@code /auth/1.0.0} and {@code /auth/2.0.0}. */
class ChallengeFuzzTest {
    private static final Identity PROVER = Identity.generate(SystemEnvironment.shared());
    private static final Identity VERIFIER = Identity.generate(SystemEnvironment.shared());
    private static final Question QUESTION = new Question(new byte[ProofMessages.NONCE], 1_900_000_000);

    /** What the side that listens sends: a challenge and its answer. */
    @FuzzTest
    void challenge(byte[] data) {
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        try {
            byte[] challenge = ChallengeMessages.readChallenge(in);
            if (challenge == null) {
                assertThat(data).isEmpty();
                return;
            }
            assertThat(challenge).isEqualTo(Arrays.copyOf(data, 32));
            assertThat(ChallengeMessages.readResult(in)).isNotNull();
            assertThat(new String(data, 32, data.length - 32)).startsWith("AUTH_");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** A question is read as it is written, or refused. */
    @FuzzTest
    void question(byte[] data) {
        try {
            Question read = ProofMessages.QUESTIONS.decode(data);
            Question again = ProofMessages.QUESTIONS.decode(ProofMessages.QUESTIONS.encode(read));
            assertThat(again.nonce()).isEqualTo(read.nonce()).hasSize(ProofMessages.NONCE);
            assertThat(again.expiry()).isEqualTo(read.expiry());
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    /** No bytes are a proof that the prover has not signed; what it has signed is read to the end or refused. */
    @FuzzTest
    void proof(byte[] data) {
        assertThat(isProof(data)).isFalse();
        byte[] payload = Arrays.copyOf(data, Math.min(data.length, 4096));
        isProof(SignedEnvelope.seal(PROVER, ProofMessages.DOMAIN, ProofMessages.TYPE, payload)
                .toBytes());
    }

    private static boolean isProof(byte[] proof) {
        try {
            ProofMessages.check(proof, PROVER.publicKey(), VERIFIER.peerId(), QUESTION);
            return true;
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return false;
        }
    }
}
