package libp2p.pubsub.message;

import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import libp2p.core.identity.Identity;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.pubsub.rpc.Message;
import org.jspecify.annotations.Nullable;

/** The rule by which messages are signed and taken (section "message signing" of the pubsub specification). */
public enum SigningPolicy {
    /** Own messages are signed, and only messages with a valid signature are taken. */
    STRICT_SIGN(true, true),
    /** Own messages are anonymous, and only messages without author, number, signature and key are taken. */
    STRICT_NO_SIGN(false, false),
    /** Own messages are signed; others may be unsigned, but a signature that is there must hold. */
    LAX(true, false);

    /** Bytes of a sequence number. */
    static final int SEQUENCE_BYTES = 8;

    private static final byte[] PREFIX = "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII);

    private final boolean signs;
    private final boolean demands;

    SigningPolicy(boolean signs, boolean demands) {
        this.signs = signs;
        this.demands = demands;
    }

    /** Whether own messages are signed. */
    public boolean signs() {
        return signs;
    }

    /**
     * An own message as this policy wants it. A signature takes about 0.1 ms.
     *
     * @param sequence number of the message; not used where messages are anonymous
     */
    public Message author(Identity identity, String topic, byte[] data, long sequence) {
        if (!signs) {
            return Message.anonymous(topic, data);
        }
        byte[] number = new byte[SEQUENCE_BYTES];
        for (int i = 0; i < SEQUENCE_BYTES; i++) {
            number[i] = (byte) (sequence >>> 8 * (SEQUENCE_BYTES - 1 - i));
        }
        Message message = new Message(identity.peerId().toBytes(), data, number, topic, null, null);
        byte @Nullable [] key =
                identity.peerId().extractKey() == null ? identity.publicKey().toProtobuf() : null;
        return message.signed(identity.key().sign(signedBytes(message)), key);
    }

    /**
     * Does the checks that cost nothing: which parts exist, and that they are well-formed.
     *
     * @return the fault, or null
     */
    public @Nullable String flaw(Message message) {
        if (this == STRICT_NO_SIGN) {
            if (message.signature() != null || message.key() != null) {
                return "a signature where none is allowed";
            }
            return message.from() != null || message.sequence() != null
                    ? "an author or a sequence number where none is allowed"
                    : null;
        }
        if (message.signature() == null) {
            return demands ? "no signature" : null;
        }
        return message.from() == null ? "no author" : null;
    }

    /**
     * A form of the message that is against this policy, or not known here, and yet passes the checks of other
     * implementations: the peer that relays it is not to blame.
     *
     * @return the form, or null
     */
    public @Nullable String oddity(Message message) {
        byte[] sequence = message.sequence();
        if (demands && (sequence == null || sequence.length != SEQUENCE_BYTES)) {
            return "no sequence number of " + SEQUENCE_BYTES + " bytes";
        }
        byte[] from = message.from();
        byte[] key = message.key();
        if (from != null && from.length > MultiformatsLimits.MULTIHASH_BYTES
                || key != null && key.length > IdentityLimits.PUBLIC_KEY_BYTES) {
            return "an author or a key beyond the limits";
        }
        return message.isOdd() ? "fields that are not known" : null;
    }

    /**
     * Checks the signature, if there is one: with the key in the id of the author, or with the key in the message,
     * which must be that of the author. Takes about 0.1 ms.
     *
     * @throws UncheckableMessageException if the key is of a form that is not known here
     * @throws SignatureException naming the fault
     */
    public void verify(Message message) throws SignatureException {
        byte[] signature = message.signature();
        if (signature == null) {
            if (demands) {
                throw new SignatureException("no signature");
            }
            return;
        }
        byte[] from = message.from();
        if (from == null) {
            throw new SignatureException("no author");
        }
        check(from, message.key(), signedBytes(message), signature);
    }

    private static void check(byte[] from, byte @Nullable [] told, byte[] signed, byte[] signature)
            throws SignatureException {
        PeerId author;
        try {
            author = PeerId.fromBytes(from);
        } catch (MalformedException malformed) {
            throw new SignatureException("the author is no peer id", malformed);
        }
        byte[] encoded = told;
        if (encoded == null || encoded.length == 0) {
            if (!author.isInline()) {
                throw new SignatureException("no key, and none in the id of the author");
            }
            encoded = author.toMultihash().digest();
        }
        try {
            PublicKey key = PublicKey.fromProtobuf(encoded, signed, signature);
            if (key == null) {
                throw new SignatureException("the signature does not hold");
            }
            if (!author.matches(key)) {
                throw new SignatureException("the key is not that of the author");
            }
        } catch (MalformedKeyException malformed) {
            throw new UncheckableMessageException("a key of no known form", malformed);
        }
    }

    private static byte[] signedBytes(Message message) {
        return message.unsignedBytes(PREFIX);
    }
}
