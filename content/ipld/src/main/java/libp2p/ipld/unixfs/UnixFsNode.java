package libp2p.ipld.unixfs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.codec.PbNode;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A UnixFS node: the data of a DAG-PB block with its links, checked against each other as the <a
 * href="https://specs.ipfs.tech/unixfs/">specification</a> says.
 *
 * @param type what it is
 * @param data content of a file, target of a symbolic link, bit field of a shard; null if there is none
 * @param fileSize bytes of the whole file below, or −1 if it is not told
 * @param blockSizes bytes of the file below each link
 * @param fanout of a shard, else 0
 * @param metadata mode and time of change, where there are any
 * @param links to the blocks below
 */
public record UnixFsNode(
        UnixFsType type,
        byte @Nullable [] data,
        long fileSize,
        List<Long> blockSizes,
        int fanout,
        Metadata metadata,
        List<PbLink> links) {
    static final long MURMUR3 = 0x22;
    static final int MAX_FANOUT = 1024;

    /** Mutable while a message is read. */
    private static final class Fields {
        long type = -1;
        byte @Nullable [] data;
        long fileSize = -1;
        long[] blockSizes = new long[8];
        int blocks;
        long hashType = -1;
        long fanout = -1;
        Metadata metadata = Metadata.NONE;
    }

    /**
     * The node of a DAG-PB block.
     *
     * @throws MalformedException if it is none, or contradicts itself
     */
    public static UnixFsNode read(byte[] block) {
        PbNode node = DagPb.read(block);
        if (node.data() == null) {
            throw malformed("a node without data");
        }
        Fields fields = new Fields();
        try {
            readFields(node.data(), fields);
        } catch (ProtobufException e) {
            throw malformed(e.getMessage() == null ? "not protobuf" : e.getMessage());
        }
        return checked(fields, node.links());
    }

    private static void readFields(byte[] data, Fields fields) throws ProtobufException {
        ProtobufReader in = ProtobufReader.of("unixfs", data, Integer.MAX_VALUE, IpldLimits.NODES + 16);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> fields.type = in.uint64();
                case 2 -> fields.data = in.bytes(Integer.MAX_VALUE);
                case 3 -> fields.fileSize = size(in.uint64());
                case 4 ->
                    in.uint64s(size -> {
                        if (fields.blocks == fields.blockSizes.length) {
                            fields.blockSizes = Arrays.copyOf(fields.blockSizes, 2 * fields.blocks);
                        }
                        fields.blockSizes[fields.blocks++] = size(size);
                    });
                case 5 -> fields.hashType = in.uint64();
                case 6 -> fields.fanout = in.uint64();
                case 7 -> fields.metadata = fields.metadata.withMode(in.uint32());
                case 8 -> fields.metadata = time(in.message("unixfs mtime"), fields.metadata);
                default -> in.skip();
            }
        }
    }

    private static Metadata time(ProtobufReader in, Metadata metadata) throws ProtobufException {
        long seconds = 0;
        boolean told = false;
        int nanos = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    seconds = in.int64();
                    told = true;
                }
                case 2 -> {
                    nanos = in.fixed32();
                    if (nanos < 1 || nanos > 999_999_999) {
                        throw malformed(Integer.toUnsignedString(nanos) + " nanoseconds of a second");
                    }
                }
                default -> in.skip();
            }
        }
        if (!told) {
            throw malformed("a time without seconds");
        }
        return metadata.withTime(seconds, nanos);
    }

    private static long size(long value) {
        if (value < 0) {
            throw malformed("a size of " + Long.toUnsignedString(value) + " bytes");
        }
        return value;
    }

    private static UnixFsNode checked(Fields fields, List<PbLink> links) {
        if (fields.type < 0 || fields.type >= UnixFsType.values().length) {
            throw malformed("type " + Long.toUnsignedString(fields.type));
        }
        UnixFsType type = UnixFsType.values()[(int) fields.type];
        List<Long> blockSizes =
                Arrays.stream(fields.blockSizes, 0, fields.blocks).boxed().toList();
        int fanout = 0;
        switch (type) {
            case METADATA -> throw malformed("a node of the old type metadata");
            case FILE, RAW -> checkSizes(fields, blockSizes, links);
            case SYMLINK -> {
                if (!links.isEmpty() || fields.data == null || fields.data.length == 0) {
                    throw malformed("a symbolic link with links or without target");
                }
            }
            case HAMT_SHARD -> fanout = checkShard(fields, links);
            case DIRECTORY -> {
                // any links
            }
        }
        return new UnixFsNode(type, fields.data, fields.fileSize, blockSizes, fanout, fields.metadata, links);
    }

    private static void checkSizes(Fields fields, List<Long> blockSizes, List<PbLink> links) {
        if (blockSizes.size() != links.size()) {
            throw malformed(blockSizes.size() + " block sizes for " + links.size() + " links");
        }
        long sum = fields.data == null ? 0 : fields.data.length;
        for (long size : blockSizes) {
            sum += size;
            if (sum < 0) {
                throw malformed("a sum of block sizes beyond 64 bits");
            }
        }
        if (fields.fileSize >= 0 && fields.fileSize != sum) {
            throw malformed("a file size of " + fields.fileSize + " where its pieces have " + sum);
        }
        fields.fileSize = sum;
    }

    private static int checkShard(Fields fields, List<PbLink> links) {
        if (fields.hashType != MURMUR3) {
            throw malformed("a shard with hash function " + Long.toUnsignedString(fields.hashType));
        }
        int fanout = checkFanout(fields.fanout);
        byte[] bits = fields.data == null ? new byte[0] : fields.data;
        if (bits.length > fanout / 8) {
            throw malformed("a bit field of " + bits.length + " bytes for a fanout of " + fanout);
        }
        int width = Integer.toHexString(fanout - 1).length();
        int last = -1;
        for (PbLink link : links) {
            int bucket = Hamt.bucket(link.nameOrEmpty(), width);
            if (bucket <= last || bucket >= fanout || !Hamt.isSet(bits, bucket)) {
                throw malformed("a shard whose links are not those of its bit field");
            }
            last = bucket;
        }
        int set = 0;
        for (byte b : bits) {
            set += Integer.bitCount(b & 0xff);
        }
        if (set != links.size()) {
            throw malformed(set + " bits for " + links.size() + " links of a shard");
        }
        return fanout;
    }

    static int checkFanout(long fanout) {
        if (fanout < 8 || fanout > MAX_FANOUT || Long.bitCount(fanout) != 1) {
            throw malformed("a fanout of " + Long.toUnsignedString(fanout));
        }
        return (int) fanout;
    }

    /** The data field of a DAG-PB block for a file of chunks. */
    static byte[] file(UnixFsType type, byte @Nullable [] data, long fileSize, List<Long> sizes, Metadata metadata) {
        ProtobufWriter out = new ProtobufWriter().uint64(1, type.ordinal());
        if (data != null && data.length > 0) {
            out.bytes(2, ByteBuffer.wrap(data));
        }
        out.uint64(3, fileSize);
        sizes.forEach(size -> out.uint64(4, size));
        return finish(out, metadata);
    }

    /** The data field of a directory that is one block. */
    static byte[] directory(Metadata metadata) {
        return finish(new ProtobufWriter().uint64(1, UnixFsType.DIRECTORY.ordinal()), metadata);
    }

    /** The data field of a symbolic link. */
    static byte[] symlink(byte[] target, Metadata metadata) {
        return finish(
                new ProtobufWriter().uint64(1, UnixFsType.SYMLINK.ordinal()).bytes(2, target), metadata);
    }

    /** The data field of a shard. */
    static byte[] shard(byte[] bits, int fanout, Metadata metadata) {
        return finish(
                new ProtobufWriter()
                        .uint64(1, UnixFsType.HAMT_SHARD.ordinal())
                        .bytes(2, bits)
                        .uint64(5, MURMUR3)
                        .uint64(6, fanout),
                metadata);
    }

    private static byte[] finish(ProtobufWriter out, Metadata metadata) {
        if (metadata.mode() >= 0) {
            out.uint64(7, metadata.mode());
        }
        if (metadata.hasTime()) {
            out.message(8, time -> {
                time.uint64(1, metadata.seconds());
                if (metadata.nanos() > 0) {
                    time.fixed32(2, metadata.nanos());
                }
            });
        }
        return out.toByteArray();
    }

    static MalformedException malformed(String what) {
        return new MalformedException("unixfs: " + what);
    }
}
