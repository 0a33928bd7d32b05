package libp2p.ipfs;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the signed statements about content. */
@LimitGroup("attestations")
public record AttestationLimits(
        @Bound(
                value = "1KiB",
                least = "1",
                most = "64KiB",
                unit = "bytes",
                is = "in the claim of an attestation, in UTF-8; longer ones are refused")
        int claimBytes,

        @Bound(
                value = "32",
                least = "1",
                most = "1000",
                unit = "attestations",
                is = "of one CID that are kept, and in one answer; more are refused")
        int perContent,

        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "attestations",
                is = "that are kept; more are refused")
        int kept,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1h",
                is = "for one question with its answer, after which the stream is reset")
        Duration timeout) {
    /** The defaults of every bound. */
    public static final AttestationLimits DEFAULT = Bounds.defaults(AttestationLimits.class);

    /** Bytes of a key, a signature, a CID and what holds them together, at most. */
    private static final int AROUND = 2048;

    public AttestationLimits {
        Bounds.check(AttestationLimits.class, claimBytes, perContent, kept, timeout);
    }

    int envelopeBytes() {
        return claimBytes + AROUND;
    }

    int answerBytes() {
        return Math.multiplyExact(perContent, envelopeBytes() + 8);
    }
}
