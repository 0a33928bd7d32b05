package libp2p.ipfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * A statement about content that a peer has signed, in an envelope of RFC 0002.
 *
 * @param signer who says so
 * @param cid of the content
 * @param claim what is said, such as {@code "sha256 verified"}; a stranger's text, to be shown escaped
 * @param at when, by the clock of the signer, in whole seconds
 * @param envelope the proof, for others
 */
public record Attestation(PeerId signer, Cid cid, String claim, Instant at, SignedEnvelope envelope) {
    private static final String DOMAIN = "ipfs-kit-content-attestation";
    private static final byte[] TYPE = "/ipfs-kit/content/attest".getBytes(UTF_8);
    private static final int CID = 1;
    private static final int CLAIM = 2;
    private static final int AT = 3;
    private static final int CID_BYTES = 512;
    private static final int FIELDS = 64;
    private static final long LAST_SECOND = Instant.MAX.getEpochSecond();

    /**
     * What is signed: {@code bytes cid = 1; string claim = 2; uint64 seconds = 3}.
     *
     * @param cid of the content
     * @param claim what is said
     * @param at when, in whole seconds
     */
    record Statement(Cid cid, String claim, Instant at) {
        byte[] encode() {
            return new ProtobufWriter()
                    .bytes(CID, cid.toBytes())
                    .string(CLAIM, claim)
                    .uint64(AT, at.getEpochSecond())
                    .toByteArray();
        }

        static Statement decode(byte[] payload, AttestationLimits limits) throws IOException {
            ProtobufReader in = ProtobufReader.of("attestation", payload, limits.envelopeBytes(), FIELDS);
            Cid cid = null;
            String claim = "";
            long at = 0;
            while (in.next()) {
                switch (in.field()) {
                    case CID -> cid = cid(in);
                    case CLAIM -> claim = in.string(limits.claimBytes());
                    case AT -> at = in.uint64();
                    default -> in.skip();
                }
            }
            if (cid == null || at < 0 || at > LAST_SECOND) {
                throw in.error(cid == null ? "no CID" : "a time out of range");
            }
            return new Statement(cid, claim, Instant.ofEpochSecond(at));
        }

        private static Cid cid(ProtobufReader in) throws IOException {
            try {
                return Cid.fromBytes(in.bytes(CID_BYTES));
            } catch (MalformedException e) {
                throw in.error("a malformed CID: " + e.getMessage());
            }
        }
    }

    static Attestation sign(Identity identity, Cid cid, String claim, Instant now) {
        Statement statement = new Statement(cid, claim, Instant.ofEpochSecond(now.getEpochSecond()));
        SignedEnvelope envelope = SignedEnvelope.seal(identity, DOMAIN, TYPE, statement.encode());
        return new Attestation(identity.peerId(), cid, claim, statement.at(), envelope);
    }

    /**
     * Checks an envelope and reads what was signed.
     *
     * @throws InvalidRecordException if it is of another type, or the signature does not hold
     * @throws IOException if what was signed is malformed or beyond the limits
     */
    public static Attestation of(SignedEnvelope envelope, AttestationLimits limits) throws IOException {
        Statement signed = Statement.decode(envelope.open(DOMAIN, TYPE), limits);
        return new Attestation(PeerId.of(envelope.signer()), signed.cid(), signed.claim(), signed.at(), envelope);
    }
}
