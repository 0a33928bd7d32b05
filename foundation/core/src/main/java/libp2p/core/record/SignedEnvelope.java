package libp2p.core.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import libp2p.core.identity.Identity;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * A payload with its type, the key of who signed it, and the signature over domain, type and payload (RFC 0002). Having
 * one proves nothing: {@link #open} checks the signature and only then gives the payload out.
 */
public final class SignedEnvelope {
    private static final int PUBLIC_KEY = 1;
    private static final int PAYLOAD_TYPE = 2;
    private static final int PAYLOAD = 3;
    private static final int SIGNATURE = 5;

    private final PublicKey signer;
    private final byte[] payloadType;
    private final byte[] payload;
    private final byte[] signature;
    private volatile @Nullable String provenDomain;

    private SignedEnvelope(PublicKey signer, byte[] payloadType, byte[] payload, byte[] signature) {
        this.signer = signer;
        this.payloadType = payloadType;
        this.payload = payload;
        this.signature = signature;
    }

    /**
     * Signs a payload.
     *
     * @param domain what kind of statement this is, so that a signature cannot be used for another kind
     * @throws IllegalArgumentException if the envelope would exceed a limit
     */
    public static SignedEnvelope seal(Identity identity, String domain, byte[] payloadType, byte[] payload) {
        requireDomain(domain);
        if (payloadType.length > RecordLimits.PAYLOAD_TYPE_BYTES || payload.length > RecordLimits.ENVELOPE_BYTES) {
            throw new IllegalArgumentException("signed envelope: a payload type of " + payloadType.length
                    + " bytes and a payload of " + payload.length + " bytes exceed the limits");
        }
        byte[] signature = identity.key().sign(signedBytes(domain, payloadType, payload));
        SignedEnvelope envelope =
                new SignedEnvelope(identity.publicKey(), payloadType.clone(), payload.clone(), signature);
        int size = envelope.toBytes().length;
        if (size > RecordLimits.ENVELOPE_BYTES) {
            throw new IllegalArgumentException(
                    "signed envelope: " + size + " bytes, more than the limit of " + RecordLimits.ENVELOPE_BYTES);
        }
        envelope.provenDomain = domain;
        return envelope;
    }

    /**
     * Decodes an envelope, without checking its signature.
     *
     * @throws libp2p.core.protobuf.ProtobufException if it is malformed or exceeds a limit
     * @throws libp2p.core.identity.MalformedKeyException if its key is malformed
     */
    public static SignedEnvelope fromBytes(byte[] bytes) throws IOException {
        return decode(bytes, null);
    }

    /**
     * As {@link #fromBytes(byte[])}, a third of the cost of a signature cheaper if the key of the envelope is one that
     * is known.
     *
     * @param likely the key that the envelope probably has, for example that of the peer who has sent it
     */
    public static SignedEnvelope fromBytes(byte[] bytes, PublicKey likely) throws IOException {
        return decode(bytes, likely);
    }

    private static SignedEnvelope decode(byte[] bytes, @Nullable PublicKey likely) throws IOException {
        byte[] payloadType = {};
        byte[] payload = {};
        byte[] signature = {};
        ProtobufReader in =
                ProtobufReader.of("signed envelope", bytes, RecordLimits.ENVELOPE_BYTES, RecordLimits.ENVELOPE_FIELDS);
        byte[] key = null;
        while (in.next()) {
            switch (in.field()) {
                case PUBLIC_KEY -> key = in.bytes(IdentityLimits.PUBLIC_KEY_BYTES);
                case PAYLOAD_TYPE -> payloadType = in.bytes(RecordLimits.PAYLOAD_TYPE_BYTES);
                case PAYLOAD -> payload = in.bytes(RecordLimits.ENVELOPE_BYTES);
                case SIGNATURE -> signature = in.bytes(IdentityLimits.SIGNATURE_BYTES);
                default -> in.skip();
            }
        }
        if (key == null) {
            throw in.error("no public key");
        }
        PublicKey signer =
                likely != null && Arrays.equals(key, likely.toProtobuf()) ? likely : PublicKey.fromProtobuf(key);
        return new SignedEnvelope(signer, payloadType, payload, signature);
    }

    /** The encoding, in a new array. */
    public byte[] toBytes() {
        return new ProtobufWriter()
                .bytes(PUBLIC_KEY, signer.toProtobuf())
                .bytes(PAYLOAD_TYPE, payloadType)
                .bytes(PAYLOAD, payload)
                .bytes(SIGNATURE, signature)
                .toByteArray();
    }

    /** The key in the envelope; proved to be the signer's only by {@link #open}. */
    public PublicKey signer() {
        return signer;
    }

    /** The type of the payload, in a new array. */
    public byte[] payloadType() {
        return payloadType.clone();
    }

    /** The payload, of which nothing was checked. */
    byte[] uncheckedPayload() {
        return payload;
    }

    /**
     * Checks type and signature and gives the payload out. The outcome for one domain is remembered.
     *
     * @param domain the domain that was signed
     * @param payloadType the expected type
     * @return the payload, in a new array
     * @throws InvalidRecordException if the type is another or the signature does not hold
     */
    public byte[] open(String domain, byte[] payloadType) throws InvalidRecordException {
        if (!Arrays.equals(this.payloadType, payloadType)) {
            throw new InvalidRecordException("signed envelope: payload type "
                    + HexFormat.of().formatHex(this.payloadType) + " instead of "
                    + HexFormat.of().formatHex(payloadType));
        }
        if (!domain.equals(provenDomain)) {
            requireDomain(domain);
            if (!signer.verify(signedBytes(domain, this.payloadType, payload), signature)) {
                throw new InvalidRecordException(
                        "signed envelope: the signature of " + signer.peerId() + " does not hold for domain " + domain);
            }
            provenDomain = domain;
        }
        return payload.clone();
    }

    private static void requireDomain(String domain) {
        if (domain.isEmpty()) {
            throw new IllegalArgumentException("signed envelope: empty domain");
        }
    }

    private static byte[] signedBytes(String domain, byte[] payloadType, byte[] payload) {
        byte[][] parts = {domain.getBytes(StandardCharsets.UTF_8), payloadType, payload};
        int size = 0;
        for (byte[] part : parts) {
            size += Varint.size(part.length) + part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            Varint.encode(part.length, out);
            out.put(part);
        }
        return out.array();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SignedEnvelope envelope
                && signer.equals(envelope.signer)
                && Arrays.equals(payloadType, envelope.payloadType)
                && Arrays.equals(payload, envelope.payload)
                && Arrays.equals(signature, envelope.signature);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(signature) + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        return "SignedEnvelope[" + signer.peerId() + ", " + payload.length + " bytes]";
    }
}
