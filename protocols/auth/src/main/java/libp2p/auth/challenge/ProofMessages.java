package libp2p.auth.challenge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import libp2p.core.identity.Identity;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.record.SignedEnvelope;

/** The two messages of {@code /auth/2.0.0}, and what the second one must say. */
final class ProofMessages {
    static final int NONCE = 32;
    /** Bytes of a question. */
    static final int QUESTION_BYTES = 128;
    /** Bytes of an answer: an envelope with the longest key and signature. */
    static final int ANSWER_BYTES = IdentityLimits.PUBLIC_KEY_BYTES + IdentityLimits.SIGNATURE_BYTES + 1024;

    static final String DOMAIN = "libp2p-auth-proof";
    static final byte[] TYPE = "/libp2p/auth-proof".getBytes(UTF_8);
    private static final int FIELDS = 16;

    /**
     * What a verifier asks for.
     *
     * @param nonce 32 bytes of its choice
     * @param expiry seconds since 1970 from which on the proof is worth nothing
     */
    record Question(byte[] nonce, long expiry) {}

    /** Questions on the wire. */
    static final MessageCodec<Question> QUESTIONS = new MessageCodec<>() {
        @Override
        public byte[] encode(Question question) {
            return new ProtobufWriter()
                    .bytes(1, question.nonce())
                    .uint64(2, question.expiry())
                    .toByteArray();
        }

        @Override
        public Question decode(byte[] bytes) throws IOException {
            ProtobufReader in = ProtobufReader.of("question for a proof", bytes, QUESTION_BYTES, FIELDS);
            byte[] nonce = {};
            long expiry = 0;
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> nonce = in.bytes(NONCE);
                    case 2 -> expiry = in.uint64();
                    default -> in.skip();
                }
            }
            if (nonce.length != NONCE) {
                throw in.error("a nonce of " + nonce.length + " bytes instead of " + NONCE);
            }
            return new Question(nonce, expiry);
        }
    };

    private ProofMessages() {}

    /** Signs a proof for a verifier. */
    static byte[] prove(Identity prover, PeerId verifier, Question question, byte[] nonce) {
        byte[] payload = new ProtobufWriter()
                .bytes(1, verifier.toBytes())
                .bytes(2, prover.peerId().toBytes())
                .bytes(3, question.nonce())
                .bytes(4, nonce)
                .uint64(5, question.expiry())
                .toByteArray();
        return SignedEnvelope.seal(prover, DOMAIN, TYPE, payload).toBytes();
    }

    /**
     * Checks a proof.
     *
     * @param key of the prover, which the connection has proven
     * @throws IOException saying what is wrong with it
     */
    static void check(byte[] proof, PublicKey key, PeerId verifier, Question question) throws IOException {
        SignedEnvelope envelope = SignedEnvelope.fromBytes(proof, key);
        if (!envelope.signer().equals(key)) {
            throw new InvalidRecordException(
                    "proof of identity: of " + envelope.signer().peerId() + " instead of " + key.peerId());
        }
        ProtobufReader in = ProtobufReader.of("proof of identity", envelope.open(DOMAIN, TYPE), ANSWER_BYTES, FIELDS);
        byte[] verifierId = {};
        byte[] proverId = {};
        byte[] verifierNonce = {};
        byte[] proverNonce = {};
        long expiry = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> verifierId = in.bytes(IdentityLimits.PUBLIC_KEY_BYTES);
                case 2 -> proverId = in.bytes(IdentityLimits.PUBLIC_KEY_BYTES);
                case 3 -> verifierNonce = in.bytes(NONCE);
                case 4 -> proverNonce = in.bytes(NONCE);
                case 5 -> expiry = in.uint64();
                default -> in.skip();
            }
        }
        require(Arrays.equals(verifierId, verifier.toBytes()), "it is for another verifier");
        require(Arrays.equals(proverId, key.peerId().toBytes()), "it is about another peer than its signer");
        require(Arrays.equals(verifierNonce, question.nonce()), "it answers another question");
        require(proverNonce.length == NONCE, "the nonce of the prover has not " + NONCE + " bytes");
        require(expiry == question.expiry(), "it has another expiry");
    }

    private static void require(boolean holds, String otherwise) throws InvalidRecordException {
        if (!holds) {
            throw new InvalidRecordException("proof of identity: " + otherwise);
        }
    }
}
