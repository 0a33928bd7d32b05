package libp2p.ipns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import libp2p.core.identity.Identity;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PublicKey;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.InvalidRecordException;
import org.jspecify.annotations.Nullable;

/**
 * The value of a name, signed by the owner of its key. An object of this class was made here, or its signature was
 * found to hold and it had not expired. Immutable.
 */
public final class IpnsRecord {
    private static final int VALUE = 1;
    private static final int SIGNATURE_V1 = 2;
    private static final int VALIDITY_TYPE = 3;
    private static final int VALIDITY = 4;
    private static final int SEQUENCE = 5;
    private static final int TTL = 6;
    private static final int PUBLIC_KEY = 7;
    private static final int SIGNATURE_V2 = 8;
    private static final int DATA = 9;
    private static final byte[] SIGNED_PREFIX = "ipns-signature:".getBytes(US_ASCII);
    /** Keys of at most so many bytes are inlined in the name. */
    private static final int INLINED = IdentityLimits.INLINED_KEY_BYTES;

    private final byte[] bytes;
    private final IpnsData data;
    private final Instant until;

    private IpnsRecord(byte[] bytes, IpnsData data, Instant until) {
        this.bytes = bytes;
        this.data = data;
        this.until = until;
    }

    /** The fields of the protobuf message; those that are missing are null or the default of their type. */
    private static final class Fields {
        byte @Nullable [] value;
        byte @Nullable [] signatureV1;
        long validityType;
        byte @Nullable [] validity;
        long sequence;
        long ttl;
        byte @Nullable [] publicKey;
        byte @Nullable [] signatureV2;
        byte @Nullable [] data;
    }

    /**
     * Makes a record that old readers understand too (signature version 1 beside version 2).
     *
     * @param identity with the key of the name
     * @param value a path, for example {@code /ipfs/bafy…}
     * @param sequence an unsigned number that grows with every change
     * @param until when the record ends to hold
     * @param ttl how long readers may remember it
     * @throws IllegalArgumentException if it would be longer than {@link IpnsLimits#RECORD_BYTES}
     */
    public static IpnsRecord create(Identity identity, String value, long sequence, Instant until, Duration ttl) {
        return create(identity, value, sequence, until, ttl, true);
    }

    /**
     * As {@link #create(Identity, String, long, Instant, Duration)}, with version 2 alone if {@code legacyToo} is
     * false.
     */
    public static IpnsRecord create(
            Identity identity, String value, long sequence, Instant until, Duration ttl, boolean legacyToo) {
        IpnsData data = IpnsData.of(value, until, sequence, ttl.toNanos());
        byte[] cbor = data.encode();
        ProtobufWriter out = new ProtobufWriter();
        if (legacyToo) {
            byte[] signedV1 = concat(data.value(), data.validity(), "0".getBytes(US_ASCII));
            out.bytes(VALUE, data.value())
                    .bytes(SIGNATURE_V1, identity.key().sign(signedV1))
                    .enumeration(VALIDITY_TYPE, 0)
                    .bytes(VALIDITY, data.validity())
                    .uint64(SEQUENCE, sequence)
                    .uint64(TTL, data.ttl());
        }
        byte[] key = identity.publicKey().toProtobuf();
        if (key.length > INLINED) {
            out.bytes(PUBLIC_KEY, key);
        }
        out.bytes(SIGNATURE_V2, identity.key().sign(concat(SIGNED_PREFIX, cbor)))
                .bytes(DATA, cbor);
        byte[] bytes = out.toByteArray();
        if (bytes.length > IpnsLimits.RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "ipns: a record of " + bytes.length + " bytes, more than the limit of " + IpnsLimits.RECORD_BYTES);
        }
        return new IpnsRecord(bytes, data, until);
    }

    /**
     * Reads a record and checks it, in the order of the specification ("Record Verification").
     *
     * @param name whose record it should be
     * @param now on the wall clock
     * @throws InvalidRecordException if it is malformed, not signed by the owner of the name, or has expired
     */
    public static IpnsRecord open(IpnsName name, byte[] bytes, Instant now) throws InvalidRecordException {
        if (bytes.length > IpnsLimits.RECORD_BYTES) {
            throw new InvalidRecordException(
                    "ipns: a record of " + bytes.length + " bytes, more than the limit of " + IpnsLimits.RECORD_BYTES);
        }
        Fields fields = decode(bytes);
        byte[] signature = fields.signatureV2;
        byte[] cbor = fields.data;
        if (signature == null || signature.length == 0 || cbor == null || cbor.length == 0) {
            throw new InvalidRecordException("ipns: a record without data and a signature of version 2");
        }
        PublicKey key = keyOf(name, fields.publicKey);
        IpnsData data = IpnsData.decode(cbor);
        if (!key.verify(concat(SIGNED_PREFIX, cbor), signature)) {
            throw new InvalidRecordException("ipns: the signature of " + name + " does not hold");
        }
        requireSame(fields, data);
        Instant until = data.until();
        if (!until.isAfter(now)) {
            throw new InvalidRecordException("ipns: the record of " + name + " held until " + until);
        }
        return new IpnsRecord(bytes.clone(), data, until);
    }

    private static Fields decode(byte[] bytes) throws InvalidRecordException {
        Fields fields = new Fields();
        try {
            ProtobufReader in =
                    ProtobufReader.of("IPNS record", bytes, IpnsLimits.RECORD_BYTES, IpnsLimits.RECORD_FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case VALUE -> fields.value = in.bytes(IpnsLimits.RECORD_BYTES);
                    case SIGNATURE_V1 -> fields.signatureV1 = in.bytes(IpnsLimits.RECORD_BYTES);
                    case VALIDITY_TYPE -> fields.validityType = in.uint64();
                    case VALIDITY -> fields.validity = in.bytes(IpnsLimits.RECORD_BYTES);
                    case SEQUENCE -> fields.sequence = in.uint64();
                    case TTL -> fields.ttl = in.uint64();
                    case PUBLIC_KEY -> fields.publicKey = in.bytes(IpnsLimits.RECORD_BYTES);
                    case SIGNATURE_V2 -> fields.signatureV2 = in.bytes(IpnsLimits.RECORD_BYTES);
                    case DATA -> fields.data = in.bytes(IpnsLimits.RECORD_BYTES);
                    default -> in.skip();
                }
            }
            return fields;
        } catch (ProtobufException e) {
            throw new InvalidRecordException("ipns: " + e.getMessage());
        }
    }

    private static PublicKey keyOf(IpnsName name, byte @Nullable [] embedded) throws InvalidRecordException {
        if (embedded != null && embedded.length > 0) {
            try {
                PublicKey key = PublicKey.fromProtobuf(embedded);
                if (!name.id().matches(key)) {
                    throw new InvalidRecordException("ipns: the key in the record is not that of " + name);
                }
                return key;
            } catch (MalformedKeyException e) {
                throw new InvalidRecordException("ipns: the key in the record: " + e.getMessage());
            }
        }
        PublicKey inlined = name.id().extractKey();
        if (inlined == null) {
            throw new InvalidRecordException("ipns: neither the record nor the name " + name + " holds the key");
        }
        return inlined;
    }

    /** The fields that old readers see must equal the signed ones. */
    private static void requireSame(Fields fields, IpnsData data) throws InvalidRecordException {
        if (fields.signatureV1 == null && fields.value == null) {
            return;
        }
        boolean same = Arrays.equals(orEmpty(fields.value), data.value())
                && Arrays.equals(orEmpty(fields.validity), data.validity())
                && fields.validityType == 0
                && fields.sequence == data.sequence()
                && fields.ttl == data.ttl();
        if (!same) {
            throw new InvalidRecordException("ipns: the fields of version 1 differ from the signed data");
        }
    }

    private static byte[] orEmpty(byte @Nullable [] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static byte[] concat(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }

    /** The encoding, in a new array. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The value of the name: a path, usually. */
    public String value() {
        return new String(data.value(), UTF_8);
    }

    /** Unsigned; grows with every change. */
    public long sequence() {
        return data.sequence();
    }

    /** Until when it holds. */
    public Instant until() {
        return until;
    }

    /** Time for which it may be remembered; at most until it expires. */
    public Duration ttl() {
        return data.ttl() < 0 ? Duration.ofNanos(Long.MAX_VALUE) : Duration.ofNanos(data.ttl());
    }

    /** Whether this record is to be preferred: the greater sequence, then the later end, then the greater bytes. */
    public boolean isBetterThan(IpnsRecord other) {
        int order = Long.compareUnsigned(sequence(), other.sequence());
        if (order == 0) {
            order = until.compareTo(other.until);
        }
        return order == 0 ? Arrays.compareUnsigned(bytes, other.bytes) > 0 : order > 0;
    }
}
