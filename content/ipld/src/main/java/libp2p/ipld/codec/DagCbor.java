package libp2p.ipld.codec;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * <a href="https://ipld.io/specs/codecs/dag-cbor/spec/">DAG-CBOR</a>, strict both ways: shortest lengths, definite
 * lengths, keys of text sorted by length and then by bytes without repetition, floats of 64 bits, tag 42 alone. {@link
 * #decodeLenient} also reads what older writers left behind.
 */
public final class DagCbor implements Codec {
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int TAG_LINK = 42;

    /** Keys in the order of the wire: by length first, then by bytes. */
    static final Comparator<byte[]> KEYS =
            Comparator.<byte[]>comparingInt(key -> key.length).thenComparing(Arrays::compareUnsigned);

    @Override
    public long code() {
        return Multicodec.DAG_CBOR;
    }

    @Override
    public Node decode(byte[] block) {
        return new CborReader(block, true).whole();
    }

    /**
     * As {@link #decode}, but accepts floats of 16 and 32 bits, keys in any order, and {@code undefined} as null. The
     * value must not be written again under the old CID: it has other bytes.
     */
    public Node decodeLenient(byte[] block) {
        return new CborReader(block, false).whole();
    }

    @Override
    public byte[] encode(Node node) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        write(node, out, 0);
        return out.toByteArray();
    }

    private static void write(Node node, ByteArrayOutputStream out, int depth) {
        if (depth > IpldLimits.NESTING) {
            throw new MalformedException("dag-cbor: nested deeper than the limit of " + IpldLimits.NESTING);
        }
        switch (node) {
            case Node.Null ignored -> out.write(0xf6);
            case Node.Bool bool -> out.write(bool.value() ? 0xf5 : 0xf4);
            case Node.Int number -> integer(number.value(), out);
            case Node.Float number -> float64(number.value(), out);
            case Node.Text text -> text(text.value(), out);
            case Node.Bytes bytes -> {
                head(2, bytes.value().length, out);
                out.writeBytes(bytes.value());
            }
            case Node.Sequence list -> {
                head(4, list.items().size(), out);
                list.items().forEach(item -> write(item, out, depth + 1));
            }
            case Node.Mapping map -> map(map, out, depth);
            case Node.Link link -> {
                byte[] cid = link.cid().toBytes();
                head(6, TAG_LINK, out);
                head(2, cid.length + 1L, out);
                out.write(0);
                out.writeBytes(cid);
            }
        }
    }

    private static void map(Node.Mapping map, ByteArrayOutputStream out, int depth) {
        List<Map.Entry<byte[], Node>> entries = new ArrayList<>(map.entries().size());
        map.entries().forEach((key, value) -> entries.add(Map.entry(Utf8.encode("dag-cbor", key), value)));
        entries.sort(Map.Entry.comparingByKey(KEYS));
        head(5, entries.size(), out);
        for (Map.Entry<byte[], Node> entry : entries) {
            head(3, entry.getKey().length, out);
            out.writeBytes(entry.getKey());
            write(entry.getValue(), out, depth + 1);
        }
    }

    private static void text(String text, ByteArrayOutputStream out) {
        byte[] bytes = Utf8.encode("dag-cbor", text);
        head(3, bytes.length, out);
        out.writeBytes(bytes);
    }

    private static void integer(BigInteger value, ByteArrayOutputStream out) {
        boolean negative = value.signum() < 0;
        BigInteger argument = negative ? value.not() : value;
        if (argument.bitLength() > 64) {
            throw new MalformedException("dag-cbor: " + value.bitLength() + " bits, an integer has 64 at most");
        }
        int major = negative ? 1 : 0;
        if (argument.compareTo(LONG_MAX) <= 0) {
            head(major, argument.longValue(), out);
        } else {
            out.write(major << 5 | 27);
            number(argument.longValue(), 8, out);
        }
    }

    private static void float64(double value, ByteArrayOutputStream out) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new MalformedException("dag-cbor: " + value + " cannot be written");
        }
        out.write(0xfb);
        number(Double.doubleToRawLongBits(value), 8, out);
    }

    private static void head(int major, long argument, ByteArrayOutputStream out) {
        int type = major << 5;
        if (argument < 24) {
            out.write(type | (int) argument);
        } else if (argument < 1L << 8) {
            out.write(type | 24);
            number(argument, 1, out);
        } else if (argument < 1L << 16) {
            out.write(type | 25);
            number(argument, 2, out);
        } else if (argument < 1L << 32) {
            out.write(type | 26);
            number(argument, 4, out);
        } else {
            out.write(type | 27);
            number(argument, 8, out);
        }
    }

    private static void number(long value, int bytes, ByteArrayOutputStream out) {
        for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    /** For messages: how a key that came from a stranger is shown. */
    static String shown(byte[] key) {
        return MalformedException.quote(new String(key, StandardCharsets.UTF_8));
    }
}
