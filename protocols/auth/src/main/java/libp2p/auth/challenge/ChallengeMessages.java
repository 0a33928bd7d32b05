package libp2p.auth.challenge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import libp2p.auth.challenge.ChallengeAuthentication.Result;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** What the two sides of {@code /auth/1.0.0} send: bytes without lengths. */
final class ChallengeMessages {
    static final int CHALLENGE = 32;
    /** That of Ed25519; other keys have other lengths. */
    static final int SIGNATURE = 64;

    static final byte[] SUCCESS = "AUTH_SUCCESS".getBytes(US_ASCII);
    static final byte[] FAILED = "AUTH_FAILED".getBytes(US_ASCII);

    private ChallengeMessages() {}

    /**
     * Reads a challenge.
     *
     * @return null if the other side sends none, since it does not trust this one
     * @throws ProtocolViolationException if it is cut short
     */
    static byte @Nullable [] readChallenge(InputStream in) throws IOException {
        byte[] challenge = in.readNBytes(CHALLENGE);
        if (challenge.length == 0) {
            return null;
        }
        if (challenge.length < CHALLENGE) {
            throw violation("a challenge of " + challenge.length + " bytes instead of " + CHALLENGE);
        }
        return challenge;
    }

    /** @throws ProtocolViolationException if it is neither of the two answers */
    static Result readResult(InputStream in) throws IOException {
        String answer = new String(in.readNBytes(SUCCESS.length), US_ASCII);
        if (answer.equals(new String(SUCCESS, US_ASCII))) {
            return Result.AUTHENTICATED;
        }
        if (answer.equals(new String(FAILED, US_ASCII))) {
            return Result.FAILED;
        }
        throw violation("neither AUTH_SUCCESS nor AUTH_FAILED but " + MalformedException.quote(answer));
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(ChallengeAuthentication.PROTOCOL, what);
    }
}
