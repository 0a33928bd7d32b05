package libp2p.ipld.codec;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Varint;

/**
 * Estimates of the memory that values take: a block of strangers may have a value in each of its bytes, and each is an
 * object or a few. On the long side for blocks of many small values, and told before anything is made of a block.
 */
public final class Footprint {
    /** Bytes of a value, or of a key, beside its own text or bytes. */
    private static final int VALUE = 96;
    /** Bytes in memory for each byte of a link of a node. */
    private static final int LINKS = 6;
    /** Of a field of protobuf whose length is told. */
    private static final int DELIMITED = 2;

    private Footprint() {}

    /** Bytes of the value of a block beside the block, which may be malformed: what has been read of it until then. */
    public static long of(Cid cid, byte[] block) {
        if (cid.codec() == Multicodec.DAG_CBOR) {
            return ofCbor(block);
        } else if (cid.codec() == Multicodec.DAG_PB) {
            return ofPb(block);
        }
        return cid.codec() == Multicodec.RAW ? 0 : ofJson(block);
    }

    /** As {@link #of(Cid, byte[])}, of DAG-CBOR. */
    public static long ofCbor(byte[] block) {
        long values = 0;
        long at = 0;
        while (at < block.length) {
            int initial = block[(int) at++] & 0xff;
            int major = initial >>> 5;
            int info = initial & 31;
            int bytes = info < 24 || info > 27 ? 0 : 1 << info - 24;
            values++;
            if (major == 2 || major == 3) { // bytes and text follow
                long length = bytes == 0 ? info : 0;
                for (int i = 0; i < bytes && at + i < block.length; i++) {
                    length = length << 8 | block[(int) at + i] & 0xff;
                }
                if (length < 0 || length > block.length) {
                    break; // more than there is
                }
                at += length;
            }
            at += bytes;
        }
        return sum(values, block.length);
    }

    /** A copy of the data of a node, which is in its first field, and its links, of which each is a second one. */
    private static long ofPb(byte[] block) {
        ByteBuffer in = ByteBuffer.wrap(block);
        long sum = block.length;
        try {
            while (in.hasRemaining()) {
                long tag = Varint.decode(in);
                long length = Varint.decode(in);
                if ((tag & 7) != DELIMITED || length < 0 || length > in.remaining()) {
                    break;
                }
                sum += tag >>> 3 == 2 ? LINKS * length : 0;
                in.position(in.position() + (int) length);
            }
        } catch (MalformedException e) {
            return sum; // no reader goes further
        }
        return sum;
    }

    /** Of everything that is written as JSON: each value but the first stands behind one of four characters. */
    private static long ofJson(byte[] block) {
        long values = 1;
        boolean text = false;
        for (int i = 0; i < block.length; i++) {
            switch (block[i]) {
                case '"' -> text = !text;
                case '\\' -> i += text ? 1 : 0;
                case ',', ':', '[', '{' -> values += text ? 0 : 1;
                default -> {
                    // part of a value
                }
            }
        }
        return sum(values, block.length);
    }

    /** No reader makes more values than a block may have, and as many keys. */
    private static long sum(long values, int bytes) {
        return VALUE * Math.min(values, 2L * IpldLimits.NODES) + bytes;
    }

    /** Bytes of a value that is there. */
    public static long of(Node node) {
        long sum = 0;
        Deque<Node> left = new ArrayDeque<>();
        left.push(node);
        while (!left.isEmpty()) {
            Node next = left.pop();
            sum += VALUE;
            switch (next) {
                case Node.Text text -> sum += text.value().length();
                case Node.Bytes bytes -> sum += bytes.value().length;
                case Node.Link ignored -> sum += VALUE;
                case Node.Sequence list -> list.items().forEach(left::push);
                case Node.Mapping map -> {
                    for (var entry : map.entries().entrySet()) {
                        sum += VALUE + entry.getKey().length();
                        left.push(entry.getValue());
                    }
                }
                default -> {
                    // its size is that of all
                }
            }
        }
        return sum;
    }
}
