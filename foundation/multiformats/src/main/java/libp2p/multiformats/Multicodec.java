package libp2p.multiformats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the <a href="https://github.com/multiformats/multicodec">multicodec table</a>. The codes that a libp2p
 * stack needs are constants; the table itself is read only by {@link #of}.
 *
 * @param label the name
 * @param tag what the code is used for, such as {@code multihash} or {@code ipld}
 * @param code the code
 * @param status how settled the entry is
 */
public record Multicodec(String label, String tag, long code, Status status) {
    /** Multihash: the data itself. */
    public static final long IDENTITY = 0x00;
    /** Multihash: SHA-1. */
    public static final long SHA1 = 0x11;
    /** Multihash: SHA2-256. */
    public static final long SHA2_256 = 0x12;
    /** Multihash: SHA2-512. */
    public static final long SHA2_512 = 0x13;
    /** Multihash: SHA3-256. */
    public static final long SHA3_256 = 0x16;
    /** Multihash: BLAKE3. */
    public static final long BLAKE3 = 0x1e;
    /** Multihash: MurmurHash3 of 64 bits, as HAMT shards use it. */
    public static final long MURMUR3_X64_64 = 0x22;
    /** Content: CBOR. */
    public static final long CBOR = 0x51;
    /** Content: raw bytes. */
    public static final long RAW = 0x55;
    /** Content: MerkleDAG protobuf. */
    public static final long DAG_PB = 0x70;
    /** Content: MerkleDAG CBOR. */
    public static final long DAG_CBOR = 0x71;
    /** Content: a libp2p public key. */
    public static final long LIBP2P_KEY = 0x72;
    /** Namespace: IPFS path. */
    public static final long IPFS_NS = 0xe3;
    /** Namespace: IPNS path. */
    public static final long IPNS_NS = 0xe5;
    /** Content: MerkleDAG JSON. */
    public static final long DAG_JSON = 0x0129;
    /** Content: JSON. */
    public static final long JSON = 0x0200;
    /** Payload type of a signed envelope: a libp2p peer record. */
    public static final long LIBP2P_PEER_RECORD = 0x0301;
    /** Payload type of a signed envelope: a voucher for a relay reservation. */
    public static final long LIBP2P_RELAY_RSVP = 0x0302;
    /** Multihash: BLAKE2b of 256 bits. */
    public static final long BLAKE2B_256 = 0xb220;
    /** Multihash: BLAKE2s of 256 bits. */
    public static final long BLAKE2S_256 = 0xb260;

    /** Status of an entry. */
    public enum Status {
        /** Will not change. */
        PERMANENT,
        /** May change. */
        DRAFT,
        /** Must not be used for anything new. */
        DEPRECATED
    }

    /**
     * The entry with a code.
     *
     * @param code any
     * @return the entry, or null if the table has none
     */
    public static @Nullable Multicodec of(long code) {
        return MulticodecTable.of(code);
    }

    /**
     * The entry with a name.
     *
     * @param label such as {@code dag-pb}
     * @return the entry, or null if the table has none
     */
    public static @Nullable Multicodec of(String label) {
        return MulticodecTable.of(label);
    }

    /** {@return all entries by code, in a new list} */
    public static List<Multicodec> all() {
        return MulticodecTable.all();
    }

    /**
     * {@return the name of a code for messages, such as {@code dag-pb}, or {@code 0x…} if the table has none}
     *
     * @param code any
     */
    public static String name(long code) {
        Multicodec codec = of(code);
        return codec == null ? "0x" + Long.toHexString(code) : codec.label;
    }
}
