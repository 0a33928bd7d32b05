package libp2p.multiformats;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The hash functions of the multicodec table that content is addressed with: those of the JDK, BLAKE2b, BLAKE2s, BLAKE3 and
 * Keccak. Others are made outside and wrapped with {@link Multihash#of}.
 */
public enum HashFunction {
    /** The data itself. */
    IDENTITY(0x00, ""),
    /** SHA-1; for old content only. */
    SHA1(0x11, "SHA-1"),
    /** SHA-2 with 256 bits. */
    SHA2_256(0x12, "SHA-256"),
    /** SHA-2 with 512 bits. */
    SHA2_512(0x13, "SHA-512"),
    /** SHA-3 with 512 bits. */
    SHA3_512(0x14, "SHA3-512"),
    /** SHA-3 with 384 bits. */
    SHA3_384(0x15, "SHA3-384"),
    /** SHA-3 with 256 bits. */
    SHA3_256(0x16, "SHA3-256"),
    /** SHA-3 with 224 bits. */
    SHA3_224(0x17, "SHA3-224"),
    /** SHA-2 with 384 bits. */
    SHA2_384(0x20, "SHA-384"),
    /** Keccak of 256 bits, the hash of Ethereum. */
    KECCAK_256(0x1b, data -> Keccak.digest(data, 32)),
    /** Keccak of 512 bits. */
    KECCAK_512(0x1d, data -> Keccak.digest(data, 64)),
    /** BLAKE3 of 256 bits. */
    BLAKE3(0x1e, Blake3::digest),
    /** SHA2-256 twice. */
    DBL_SHA2_256(0x56, "SHA-256"),
    /** MD5; for old content only. */
    MD5(0xd5, "MD5"),
    /** SHA-2 with 224 bits. */
    SHA2_224(0x1013, "SHA-224"),
    /** SHA2-512 cut to 224 bits. */
    SHA2_512_224(0x1014, "SHA-512/224"),
    /** SHA2-512 cut to 256 bits. */
    SHA2_512_256(0x1015, "SHA-512/256"),
    /** BLAKE2b of 160 bits. */
    BLAKE2B_160(0xb214, data -> Blake2b.digest(data, 20)),
    /** BLAKE2b of 256 bits. */
    BLAKE2B_256(0xb220, data -> Blake2b.digest(data, 32)),
    /** BLAKE2b of 384 bits. */
    BLAKE2B_384(0xb230, data -> Blake2b.digest(data, 48)),
    /** BLAKE2b of 512 bits. */
    BLAKE2B_512(0xb240, data -> Blake2b.digest(data, 64)),
    /** BLAKE2s of 256 bits. */
    BLAKE2S_256(0xb260, data -> Blake2s.digest(data, 32));

    private static final HashFunction[] ALL = values();

    private final long code;
    private final String algorithm;
    private final @Nullable UnaryOperator<byte[]> own;

    HashFunction(long code, String algorithm) {
        this.code = code;
        this.algorithm = algorithm;
        own = null;
    }

    HashFunction(long code, UnaryOperator<byte[]> own) {
        this.code = code;
        algorithm = name();
        this.own = own;
    }

    /**
     * The function with a code.
     *
     * @param code of the multicodec table
     * @return the function, or null if this module has none for it
     */
    public static @Nullable HashFunction of(long code) {
        for (HashFunction function : ALL) {
            if (function.code == code) {
                return function;
            }
        }
        return null;
    }

    /** {@return the code in the multicodec table} */
    public long code() {
        return code;
    }

    /**
     * Hashes.
     *
     * @param data what to hash
     * @return the full digest
     * @throws UnsupportedOperationException if this JDK lacks the algorithm
     */
    public byte[] digest(byte[] data) {
        if (this == IDENTITY) {
            return data.clone();
        }
        if (own != null) {
            return own.apply(data);
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] once = digest.digest(data);
            return this == DBL_SHA2_256 ? digest.digest(once) : once;
        } catch (NoSuchAlgorithmException e) {
            throw new UnsupportedOperationException("multihash: this JDK has no " + algorithm, e);
        }
    }

    /**
     * Hashes.
     *
     * @param data what to hash
     * @return the multihash with the full digest
     * @throws MalformedException if the digest is too long (identity of much data)
     */
    public Multihash hash(byte[] data) {
        return Multihash.of(code, digest(data));
    }

    /**
     * Hashes and cuts the digest.
     *
     * @param data what to hash
     * @param length bytes of the digest to keep; at most its full length
     * @return the multihash with the cut digest
     * @throws IllegalArgumentException if the digest is shorter, or this is the identity, which cannot be cut
     */
    public Multihash hash(byte[] data, int length) {
        byte[] digest = digest(data);
        if (length < 0 || length > digest.length || (this == IDENTITY && length != digest.length)) {
            throw new IllegalArgumentException("multihash: " + this + " cannot give " + length + " bytes");
        }
        return Multihash.of(code, Arrays.copyOf(digest, length));
    }
}
