package libp2p.core.identity;

import java.util.Arrays;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The name of a peer, as {@code 12D3Koo…}. It is made of the public key alone, so that the handshake of a connection
 * proves it and no registry is needed. It says nothing of where the peer is: addresses change, the id stays for as long
 * as the key does.
 *
 * <pre>{@code
 * PeerId id = identity.peerId();
 * System.out.println(PeerId.parse(id.toString()).equals(id)); // the text is the whole id
 * System.out.println(id.matches(identity.publicKey())); // a key proves an id
 * }</pre>
 *
 * <p>The bytes are a multihash of its public key message, which is inlined if it has at most {@link
 * IdentityLimits#INLINED_KEY_BYTES} bytes and else hashed with SHA2-256. Immutable; equal if the bytes are; ordered by
 * the bytes (unsigned).
 */
public final class PeerId implements Comparable<PeerId> {
    private static final int SHA2_256_LENGTH = 32;
    private static final int SHORT_LENGTH = 6;

    private final byte[] bytes;
    private final int hash;

    private PeerId(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** The id of the peer that has the key. */
    public static PeerId of(PublicKey key) {
        return key.peerId();
    }

    static PeerId ofKeyMessage(byte[] message) {
        Multihash hash = message.length <= IdentityLimits.INLINED_KEY_BYTES
                ? Multihash.identity(message)
                : Multihash.sha256(message);
        return new PeerId(hash.toBytes());
    }

    /**
     * Reads either text: base58btc ({@code 12D3Koo…}, {@code Qm…}) or a version 1 CID with codec libp2p-key in any
     * base.
     *
     * @throws MalformedException if it is neither
     */
    public static PeerId parse(String text) {
        if (text.length() > IdentityLimits.PEER_ID_TEXT) {
            throw new MalformedException("peer id: a text of " + text.length()
                    + " characters is longer than the limit of " + IdentityLimits.PEER_ID_TEXT);
        }
        if (text.startsWith("1") || text.startsWith("Qm")) {
            return of(Multihash.fromBase58(text));
        }
        Cid cid = Cid.parse(text);
        if (cid.version() != 1 || cid.codec() != Multicodec.LIBP2P_KEY) {
            throw new MalformedException(
                    "peer id: a CID with codec 0x" + Long.toHexString(cid.codec()) + " instead of libp2p-key");
        }
        return of(cid.hash());
    }

    /**
     * Decodes the multihash.
     *
     * @throws MalformedException if it is not a SHA2-256 or short identity multihash
     */
    public static PeerId fromBytes(byte[] bytes) {
        return of(Multihash.fromBytes(bytes));
    }

    private static PeerId of(Multihash hash) {
        int length = hash.digestLength();
        boolean valid = hash.code() == Multicodec.IDENTITY
                ? length > 0 && length <= IdentityLimits.INLINED_KEY_BYTES
                : hash.code() == Multicodec.SHA2_256 && length == SHA2_256_LENGTH;
        if (!valid) {
            throw new MalformedException("peer id: a multihash with code 0x" + Long.toHexString(hash.code()) + " and "
                    + length + " bytes is neither SHA2-256 nor an inlined key");
        }
        return new PeerId(hash.toBytes());
    }

    /** The multihash, in a new array. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The multihash. */
    public Multihash toMultihash() {
        return Multihash.fromBytes(bytes);
    }

    /** The id as a version 1 CID with codec libp2p-key. */
    public Cid toCid() {
        return Cid.v1(Multicodec.LIBP2P_KEY, toMultihash());
    }

    /** The CID in base 32, such as {@code bafzaa…}. */
    public String toCidString() {
        return toCid().toString();
    }

    /** Whether something is inlined in the id, which ids of short keys do, instead of a hash of it. */
    public boolean isInline() {
        return bytes[0] == Multicodec.IDENTITY;
    }

    /** The key that is inlined in the id, or null if the id is a hash or what it inlines is not a key. */
    public @Nullable PublicKey extractKey() {
        if (!isInline()) {
            return null;
        }
        try {
            return PublicKey.fromProtobuf(toMultihash().digest());
        } catch (MalformedKeyException notAKey) {
            return null;
        }
    }

    /** Whether this is the id of the key. */
    public boolean matches(PublicKey key) {
        return equals(key.peerId());
    }

    /** The last characters of the text, for logs. */
    public String shortName() {
        String text = toString();
        return "*" + text.substring(Math.max(0, text.length() - SHORT_LENGTH));
    }

    @Override
    public int compareTo(PeerId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeerId id && hash == id.hash && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The text in base58btc, such as {@code 12D3Koo…} or {@code Qm…}. */
    @Override
    public String toString() {
        return Multibase.BASE58BTC.encodeBare(bytes);
    }
}
