package libp2p.secio;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.crypto.Crypto;
import libp2p.crypto.EcdhP256;

/** The message {@code Exchange} of both sides, and the keys that follow from it. For one handshake and one thread. */
final class KeyAgreement {
    private static final byte[] SEED = "key expansion".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_FIELDS = 64;
    private static final int MAX_POINT = 133;

    private final Identity identity;
    private final Proposal mine;
    private final Proposal theirs;
    private final EcdhP256 ephemeral;
    private final int order;

    KeyAgreement(Identity identity, Proposal mine, Proposal theirs, Environment environment)
            throws ProtocolViolationException {
        this.identity = identity;
        this.mine = mine;
        this.theirs = theirs;
        order = Arrays.compareUnsigned(
                Crypto.standard().sha256().hash(theirs.key().toProtobuf(), mine.nonce()),
                Crypto.standard().sha256().hash(mine.key().toProtobuf(), theirs.nonce()));
        if (order == 0) {
            throw violation("the peer has sent the proposal of this side back");
        }
        ephemeral = EcdhP256.create(environment::secureRandom);
    }

    /** The message of this side. */
    byte[] exchange() {
        byte[] point = ephemeral.point();
        return new ProtobufWriter()
                .bytes(1, point)
                .bytes(2, identity.key().sign(join(mine.encoded(), theirs.encoded(), point)))
                .toByteArray();
    }

    /** Verifies the message of the other side; once. */
    SecioRecords finish(byte[] message) throws ProtocolViolationException {
        byte[] point = new byte[0];
        byte[] signature = new byte[0];
        try {
            ProtobufReader in = ProtobufReader.of("Exchange", message, Messages.LIMIT, MAX_FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> point = in.bytes(MAX_POINT);
                    case 2 -> signature = in.bytes(IdentityLimits.SIGNATURE_BYTES);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException malformed) {
            throw violation(String.valueOf(malformed.getMessage()));
        }
        if (!theirs.key().verify(join(theirs.encoded(), mine.encoded(), point), signature)) {
            throw violation("the signature of the exchange is not that of "
                    + theirs.key().peerId());
        }
        byte[] secret;
        try {
            secret = ephemeral.agree(point);
        } catch (InvalidKeyException malformed) {
            throw violation("ephemeral key: " + malformed.getMessage());
        }
        byte[] keys = stretch(withoutLeadingZeros(secret));
        try {
            byte[] first = Arrays.copyOf(keys, SecioRecords.KEYS);
            byte[] second = Arrays.copyOfRange(keys, SecioRecords.KEYS, keys.length);
            return order > 0 ? new SecioRecords(first, second) : new SecioRecords(second, first);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(keys, (byte) 0);
        }
    }

    /** The implementations write the coordinate as an integer, without the zeros in front that SEC 1 has. */
    static byte[] withoutLeadingZeros(byte[] coordinate) {
        int start = 0;
        while (start < coordinate.length - 1 && coordinate[start] == 0) {
            start++;
        }
        return Arrays.copyOfRange(coordinate, start, coordinate.length);
    }

    /** The keys of both directions (secio, key stretching). */
    static byte[] stretch(byte[] secret) {
        byte[] result = new byte[2 * SecioRecords.KEYS];
        byte[] link = Crypto.standard().hmacSha256().mac(secret, SEED);
        for (int at = 0; at < result.length; at += link.length) {
            byte[] part = Crypto.standard().hmacSha256().mac(secret, link, SEED);
            System.arraycopy(part, 0, result, at, Math.min(part.length, result.length - at));
            link = Crypto.standard().hmacSha256().mac(secret, link);
        }
        return result;
    }

    private static byte[] join(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Secio.PROTOCOL, what);
    }
}
