package libp2p.bitswap;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.resource.Reservation;
import libp2p.ipld.Block;
import libp2p.ipld.IpldLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * One message: wants, blocks, and whether blocks exist.
 *
 * @param full whether the wants replace all that were sent before
 * @param wants new wants and cancels
 * @param blocks each with the CID that its bytes hash to
 * @param have CIDs of blocks that the sender has
 * @param dontHave CIDs of blocks that it does not have
 * @param pendingBytes of blocks that will follow
 */
record BitswapMessage(
        boolean full, List<Want> wants, List<Block> blocks, List<Cid> have, List<Cid> dontHave, int pendingBytes) {
    /**
     * An entry of a want-list.
     *
     * @param block whether the block is wanted, and not only whether it is there
     * @param sendDontHave whether an answer is wanted too if it is not there
     */
    record Want(Cid cid, int priority, boolean cancel, boolean block, boolean sendDontHave) {}

    /** Formats of blocks and wants. */
    enum Version {
        /** Unversioned and 1.0.0: blocks without CIDs. */
        BARE("/ipfs/bitswap", "/ipfs/bitswap/1.0.0"),
        /** Blocks with the start of their CIDs. */
        PREFIXED("/ipfs/bitswap/1.1.0"),
        /** Presences too. */
        PRESENCES("/ipfs/bitswap/1.2.0");

        private final List<String> protocols;

        Version(String... protocols) {
            this.protocols = List.of(protocols);
        }

        static Version of(String protocol) {
            for (Version version : values()) {
                if (version.protocols.contains(protocol)) {
                    return version;
                }
            }
            return PRESENCES;
        }
    }

    /** All protocols, best first. */
    static final String[] PROTOCOLS = {
        "/ipfs/bitswap/1.2.0", "/ipfs/bitswap/1.1.0", "/ipfs/bitswap/1.0.0", "/ipfs/bitswap"
    };

    private static final String NAME = "bitswap message";

    /**
     * Reads a message; any field may be absent. Blocks of unknown or unsafe hash functions, and entries with CIDs that
     * are too long, are left out.
     *
     * @throws IOException if it is malformed or beyond a limit
     */
    static BitswapMessage decode(byte[] bytes, BitswapLimits limits) throws IOException {
        MessageReader reader = new MessageReader(new ByteArrayInputStream(Delimited.frame(bytes)), limits, null);
        reader.read(); // the length stands before it
        return reader.message();
    }

    /** Charges wants and presences, each of which is larger than it was on the wire; many at a time. */
    private static final class Entries {
        private static final int STEP = 64;
        private final @Nullable Reservation memory;
        private int count;

        Entries(@Nullable Reservation memory) {
            this.memory = memory;
        }

        void next() throws IOException {
            if (memory != null && count++ % STEP == 0) {
                memory.grow((long) STEP * ReceivedBlockWriter.OVERHEAD, Reservation.ALWAYS);
            }
        }
    }

    /**
     * A message of the given blocks and of all other fields.
     *
     * @param memory to which wants and presences are added, or null
     */
    static BitswapMessage of(List<Block> blocks, byte[] others, BitswapLimits limits, @Nullable Reservation memory)
            throws IOException {
        Entries entries = new Entries(memory);
        ProtobufReader in = ProtobufReader.of(NAME, others, limits.messageBytes(), 5 * limits.messageEntries());
        boolean[] full = {false};
        List<Want> wants = new ArrayList<>();
        List<Cid> have = new ArrayList<>();
        List<Cid> dontHave = new ArrayList<>();
        int pending = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> wantlist(in.message("bitswap wantlist"), full, wants, limits, entries);
                case 4 -> {
                    entries.next();
                    presence(in.message("bitswap presence"), have, dontHave, limits);
                }
                case 5 -> pending = in.int32();
                case 2, 3 -> throw in.error("blocks that are no bytes");
                default -> in.skip();
            }
        }
        return new BitswapMessage(full[0], wants, blocks, have, dontHave, pending);
    }

    private static void wantlist(
            ProtobufReader in, boolean[] full, List<Want> wants, BitswapLimits limits, Entries entries)
            throws IOException {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    entries.next();
                    want(in.message("bitswap want"), wants, limits);
                }
                case 2 -> full[0] = in.bool();
                default -> in.skip();
            }
        }
    }

    private static void want(ProtobufReader in, List<Want> wants, BitswapLimits limits) throws ProtobufException {
        byte[] cid = new byte[0];
        int priority = 0;
        boolean cancel = false;
        int type = 0;
        boolean sendDontHave = false;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> cid = in.bytes(limits.messageBytes());
                case 2 -> priority = in.int32();
                case 3 -> cancel = in.bool();
                case 4 -> type = in.int32();
                case 5 -> sendDontHave = in.bool();
                default -> in.skip();
            }
        }
        if (cid.length <= limits.cidBytes()) {
            wants.add(new Want(cid(in, cid), priority, cancel, type == 0, sendDontHave));
        }
    }

    /** A block that came without any part of its CID. */
    static Block bare(byte[] data) {
        return Block.trusted(Cid.v0(Block.sha256(data)), data);
    }

    /** Adds a block that came with the start of its CID, if the hash function is known and safe. */
    static void add(byte[] prefix, byte[] data, List<Block> blocks) throws ProtobufException {
        Cid cid;
        try {
            cid = completed(prefix, data);
        } catch (MalformedException e) {
            throw new ProtobufException("bitswap block prefix: " + e.getMessage());
        }
        if (cid != null) {
            blocks.add(Block.trusted(cid, data));
        }
    }

    /** The CID that a prefix and data make together, or null if the hash function is not safe. */
    private static @Nullable Cid completed(byte[] prefix, byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(prefix);
        long version = Varint.decode(in);
        long codec = Varint.decode(in);
        long code = Varint.decode(in);
        long length = Varint.decode(in);
        if (version > 1) {
            throw new MalformedException("CID version " + version + " is unknown, known are 0 and 1");
        }
        if (length > MultiformatsLimits.DIGEST_BYTES) {
            throw new MalformedException(
                    "a digest of " + length + " bytes, allowed are " + MultiformatsLimits.DIGEST_BYTES);
        }
        if (in.hasRemaining()) {
            throw new MalformedException(in.remaining() + " bytes behind the length of the digest");
        }
        HashFunction function = HashFunction.of(code);
        if (function == null) {
            throw new MalformedException(
                    "a block under hash function 0x" + Long.toHexString(code) + ", which is not known");
        }
        if (function == HashFunction.IDENTITY) {
            return null;
        }
        Multihash hash = Block.hash(function, data);
        if (length < hash.digestLength()) {
            if (length < IpldLimits.SHORTEST_DIGEST) {
                return null;
            }
            hash = function.hash(data, (int) length);
        }
        return version == 0 ? Cid.v0(hash) : Cid.v1(codec, hash);
    }

    private static void presence(ProtobufReader in, List<Cid> have, List<Cid> dontHave, BitswapLimits limits)
            throws ProtobufException {
        byte[] cid = new byte[0];
        int type = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> cid = in.bytes(limits.messageBytes());
                case 2 -> type = in.int32();
                default -> in.skip();
            }
        }
        Cid parsed = cid(in, cid);
        if (type == 0) {
            have.add(parsed);
        } else if (type == 1) {
            dontHave.add(parsed);
        }
    }

    private static Cid cid(ProtobufReader in, byte[] bytes) throws ProtobufException {
        try {
            return Cid.fromBytes(bytes);
        } catch (MalformedException e) {
            throw in.error(e.getMessage() == null ? "not a CID" : e.getMessage());
        }
    }

    /** Takes the bytes of a message, piece by piece. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] from, int offset, int length) throws IOException;
    }

    /** The bytes of the message in a version; fields that the version does not have are left out. */
    byte[] encode(Version version) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new Pieces(this, version).writeTo(out::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not from memory
        }
        return out.toByteArray();
    }

    /** Writes the message after its length; blocks are handed over from where they stand. */
    void write(Version version, Sink sink) throws IOException {
        Pieces pieces = new Pieces(this, version);
        byte[] length = Varint.encode(pieces.size());
        sink.write(length, 0, length.length);
        pieces.writeTo(sink);
    }

    /** The fields of a message that is written: those before the blocks, one for each block, those behind. */
    private static final class Pieces {
        private final byte[] before;
        private final List<byte[]> heads = new ArrayList<>();
        private final List<Block> blocks;
        private final byte[] after;

        Pieces(BitswapMessage message, Version version) {
            before = message.wantlist(version);
            blocks = message.blocks();
            for (Block block : blocks) {
                heads.add(head(block, version));
            }
            after = message.presences(version);
        }

        private static byte[] head(Block block, Version version) {
            if (version == Version.BARE) {
                return dataHead(2, block.size());
            }
            byte[] prefix = new ProtobufWriter().bytes(1, prefix(block.cid())).toByteArray();
            byte[] data = dataHead(2, block.size());
            byte[] field = dataHead(3, prefix.length + data.length + block.size());
            return ByteBuffer.allocate(field.length + prefix.length + data.length)
                    .put(field)
                    .put(prefix)
                    .put(data)
                    .array();
        }

        /** The start of a field of bytes. */
        private static byte[] dataHead(int field, int length) {
            ByteBuffer head = ByteBuffer.allocate(1 + Varint.size(length)).put((byte) (field << 3 | 2));
            Varint.encode(length, head);
            return head.array();
        }

        long size() {
            long size = before.length + after.length;
            for (int i = 0; i < blocks.size(); i++) {
                size += heads.get(i).length + blocks.get(i).size();
            }
            return size;
        }

        void writeTo(Sink sink) throws IOException {
            sink.write(before, 0, before.length);
            for (int i = 0; i < blocks.size(); i++) {
                sink.write(heads.get(i), 0, heads.get(i).length);
                sink.write(blocks.get(i).data(), 0, blocks.get(i).size());
            }
            sink.write(after, 0, after.length);
        }
    }

    private byte[] wantlist(Version version) {
        ProtobufWriter out = new ProtobufWriter();
        if (full || !wants.isEmpty() || version == Version.BARE) { // old readers miss it else
            out.message(1, list -> {
                for (Want want : wants) {
                    list.message(1, entry -> entry(want, entry, version));
                }
                if (full) {
                    list.bool(2, true);
                }
            });
        }
        return out.toByteArray();
    }

    private byte[] presences(Version version) {
        ProtobufWriter out = new ProtobufWriter();
        if (version == Version.PRESENCES) {
            have.forEach(cid -> out.message(4, entry -> entry.bytes(1, cid.toBytes())));
            dontHave.forEach(cid ->
                    out.message(4, entry -> entry.bytes(1, cid.toBytes()).uint64(2, 1)));
            if (pendingBytes > 0) {
                out.int32(5, pendingBytes);
            }
        }
        return out.toByteArray();
    }

    private static void entry(Want want, ProtobufWriter out, Version version) {
        out.bytes(1, want.cid().toBytes());
        if (want.priority() != 0) {
            out.int32(2, want.priority());
        }
        if (want.cancel()) {
            out.bool(3, true);
        }
        if (version == Version.PRESENCES) {
            if (!want.block()) {
                out.uint64(4, 1);
            }
            if (want.sendDontHave()) {
                out.bool(5, true);
            }
        }
    }

    private static byte[] prefix(Cid cid) {
        if (cid.version() == 0) {
            return new byte[] {0, (byte) Multicodec.DAG_PB, 0x12, 0x20};
        }
        ByteBuffer out = ByteBuffer.allocate(1
                + Varint.size(cid.codec())
                + Varint.size(cid.hash().code())
                + Varint.size(cid.hash().digestLength()));
        out.put((byte) 1);
        Varint.encode(cid.codec(), out);
        Varint.encode(cid.hash().code(), out);
        Varint.encode(cid.hash().digestLength(), out);
        return out.array();
    }
}
