package libp2p.ipld.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/** Reads one DAG-PB block. Stricter than protobuf: unknown fields, repeated ones and other wire types are errors. */
final class PbReader {
    private static final int LENGTH = 2;
    private static final int VARINT = 0;

    private final byte[] in;
    private int at;

    PbReader(byte[] in) {
        this.in = in;
    }

    PbNode node() {
        List<PbLink> links = new ArrayList<>();
        byte[] data = null;
        boolean closed = false;
        while (at < in.length) {
            long tag = varint();
            int end = field(tag, LENGTH);
            if (tag >>> 3 == 1) {
                if (data != null) {
                    throw error("Data is repeated");
                }
                data = Arrays.copyOfRange(in, at, end);
                at = end;
                closed = !links.isEmpty();
            } else if (tag >>> 3 == 2) {
                if (closed) {
                    throw error("Links before and after Data");
                }
                if (links.size() == DagPb.mostLinks()) {
                    throw error("more links than the limit of " + DagPb.mostLinks());
                }
                links.add(link(end));
            } else {
                throw error("unknown field " + (tag >>> 3));
            }
        }
        return new PbNode(links, data);
    }

    private PbLink link(int end) {
        Cid hash = null;
        String name = null;
        long tsize = -1;
        int last = 0;
        while (at < end) {
            long tag = varint();
            int field = (int) Math.min(tag >>> 3, 4);
            if (field <= last) {
                throw error("a link whose fields are repeated or out of order");
            }
            last = field;
            switch (field) {
                case 1 -> {
                    int to = within(field(tag, LENGTH), end);
                    hash = Cid.fromBytes(Arrays.copyOfRange(in, at, to));
                    at = to;
                }
                case 2 -> {
                    int to = within(field(tag, LENGTH), end);
                    name = Utf8.decode("dag-pb", in, at, to - at);
                    at = to;
                }
                case 3 -> {
                    field(tag, VARINT);
                    tsize = varint();
                }
                default -> throw error("a link with an unknown field");
            }
        }
        if (at != end) {
            throw error("a link that ends inside a field");
        }
        if (hash == null) {
            throw error("a link without Hash");
        }
        return new PbLink(hash, name, tsize);
    }

    /** The end of a length-delimited value, after its length was read. */
    private int field(long tag, int wireType) {
        if ((tag & 7) != wireType) {
            throw error("wire type " + (tag & 7) + " of field " + (tag >>> 3));
        }
        if (wireType == VARINT) {
            return at;
        }
        long length = varint();
        if (Long.compareUnsigned(length, in.length - at) > 0) {
            throw error(Long.toUnsignedString(length) + " bytes announced, but " + (in.length - at) + " follow");
        }
        return at + (int) length;
    }

    private int within(int to, int end) {
        if (to > end) {
            throw error("a field that is longer than its link");
        }
        return to;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == in.length) {
                throw error("the end inside a number");
            }
            byte b = in[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    throw error("a number of more than 64 bits");
                }
                return value;
            }
        }
        throw error("a number of more than 10 bytes");
    }

    private MalformedException error(String what) {
        return new MalformedException("dag-pb: " + what + " (at offset " + at + ")");
    }
}
