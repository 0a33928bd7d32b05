package libp2p.ipld.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/** Reads one DAG-CBOR value; nothing is allocated for what is only announced. */
final class CborReader {
    private static final int LINK = 42;

    private final byte[] in;
    private final boolean strict;
    private int at;
    private int nodes;

    CborReader(byte[] in, boolean strict) {
        this.in = in;
        this.strict = strict;
    }

    /** The value that fills the array. */
    Node whole() {
        Node node = value(0);
        if (at != in.length) {
            throw error((in.length - at) + " bytes after the end");
        }
        return node;
    }

    private Node value(int depth) {
        if (depth > IpldLimits.NESTING) {
            throw error("nested deeper than the limit of " + IpldLimits.NESTING);
        }
        if (++nodes > IpldLimits.NODES) {
            throw error("more values than the limit of " + IpldLimits.NODES);
        }
        int initial = octet();
        int major = initial >>> 5;
        int info = initial & 31;
        if (major == 7) {
            return simple(info);
        }
        long argument = argument(info);
        return switch (major) {
            case 0 -> new Node.Int(unsigned(argument));
            case 1 -> new Node.Int(unsigned(argument).not());
            case 2 -> new Node.Bytes(bytes(argument));
            case 3 -> new Node.Text(text(argument));
            case 4 -> list(argument, depth);
            case 5 -> map(argument, depth);
            default -> link(argument);
        };
    }

    private Node simple(int info) {
        return switch (info) {
            case 20 -> new Node.Bool(false);
            case 21 -> new Node.Bool(true);
            case 22 -> new Node.Null();
            case 27 -> float64(Double.longBitsToDouble(number(8)));
            case 23 -> lenient("undefined", new Node.Null());
            case 25 -> lenient("a float of 16 bits", float64(Float.float16ToFloat((short) number(2))));
            case 26 -> lenient("a float of 32 bits", float64(Float.intBitsToFloat((int) number(4))));
            default -> throw error("simple value or break " + info);
        };
    }

    private Node lenient(String what, Node node) {
        if (strict) {
            throw error(what);
        }
        return node;
    }

    private Node float64(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw error("the float " + value);
        }
        return new Node.Float(value);
    }

    private Node list(long announced, int depth) {
        int count = count(announced, 1);
        List<Node> items = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            items.add(value(depth + 1));
        }
        return new Node.Sequence(items);
    }

    private Node map(long announced, int depth) {
        int count = count(announced, 2);
        SequencedMap<String, Node> entries = LinkedHashMap.newLinkedHashMap(Math.min(count, 1024));
        byte[] before = null;
        for (int i = 0; i < count; i++) {
            int initial = octet();
            if (initial >>> 5 != 3) {
                throw error("a key that is not text");
            }
            int from = at;
            String key = text(argument(initial & 31));
            byte[] bytes = Utf8.encode("dag-cbor", key);
            if (strict && before != null && DagCbor.KEYS.compare(before, bytes) >= 0) {
                throw error("the key " + DagCbor.shown(bytes) + " is repeated or out of order");
            }
            before = bytes;
            if (entries.putIfAbsent(key, value(depth + 1)) != null) {
                throw new MalformedException(
                        "dag-cbor: the key " + DagCbor.shown(bytes) + " is repeated (at offset " + from + ")");
            }
        }
        return new Node.Mapping(entries);
    }

    private Node link(long tag) {
        if (tag != LINK) {
            throw error("tag " + Long.toUnsignedString(tag));
        }
        int initial = octet();
        if (initial >>> 5 != 2) {
            throw error("a link that is not of bytes");
        }
        byte[] bytes = bytes(argument(initial & 31));
        if (bytes.length == 0 || bytes[0] != 0) {
            throw error("a link that does not begin with 0");
        }
        return new Node.Link(Cid.fromBytes(Arrays.copyOfRange(bytes, 1, bytes.length)));
    }

    private byte[] bytes(long announced) {
        int length = length(announced);
        byte[] bytes = Arrays.copyOfRange(in, at, at + length);
        at += length;
        return bytes;
    }

    private String text(long announced) {
        int length = length(announced);
        String text = Utf8.decode("dag-cbor", in, at, length);
        at += length;
        return text;
    }

    private int length(long announced) {
        if (Long.compareUnsigned(announced, in.length - at) > 0) {
            throw error(Long.toUnsignedString(announced) + " bytes announced, but " + (in.length - at) + " follow");
        }
        return (int) announced;
    }

    private int count(long announced, int bytesEach) {
        if (Long.compareUnsigned(announced, (in.length - at) / bytesEach) > 0) {
            throw error(
                    Long.toUnsignedString(announced) + " values announced, but " + (in.length - at) + " bytes follow");
        }
        return (int) announced;
    }

    private long argument(int info) {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw error("an indefinite or reserved length");
        }
        int bytes = 1 << (info - 24);
        long value = number(bytes);
        boolean longer = bytes == 1 ? value < 24 : bytes == 8 ? value >>> 32 == 0 : value >>> (4 * bytes) == 0;
        if (longer) {
            throw error("a number in more bytes than needed");
        }
        return value;
    }

    private long number(int bytes) {
        if (in.length - at < bytes) {
            throw error("the end inside a number");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (in[at++] & 0xff);
        }
        return value;
    }

    private int octet() {
        if (at == in.length) {
            throw error("the end where a value should be");
        }
        return in[at++] & 0xff;
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value >= 0 ? signed : signed.add(BigInteger.ONE.shiftLeft(64));
    }

    private MalformedException error(String what) {
        return new MalformedException("dag-cbor: " + what + " (at offset " + at + ")");
    }
}
