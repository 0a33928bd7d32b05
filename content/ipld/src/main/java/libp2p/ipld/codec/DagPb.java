package libp2p.ipld.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * <a href="https://ipld.io/specs/codecs/dag-pb/spec/">DAG-PB</a>: links, then data; read in either order, with the
 * fields of a link in order and each at most once, and nothing else.
 */
public final class DagPb implements Codec {
    private static final int HASH = 1;
    private static final int NAME = 2;
    private static final int TSIZE = 3;
    private static final int LINKS = 2;
    private static final int DATA = 1;

    /** Order of links in a block: by the bytes of their names. */
    public static final Comparator<PbLink> ORDER = (a, b) -> Arrays.compareUnsigned(
            a.nameOrEmpty().getBytes(StandardCharsets.UTF_8), b.nameOrEmpty().getBytes(StandardCharsets.UTF_8));

    @Override
    public long code() {
        return Multicodec.DAG_PB;
    }

    /** The node of a block. */
    public static PbNode read(byte[] block) {
        return new PbReader(block).node();
    }

    /** The bytes of a node; links are written as they stand, and must be in {@link #ORDER} if the node is a new one. */
    public static byte[] write(List<PbLink> links, byte @Nullable [] data) {
        ProtobufWriter out = new ProtobufWriter();
        for (PbLink link : links) {
            ProtobufWriter inner = new ProtobufWriter().bytes(HASH, link.hash().toBytes());
            if (link.name() != null) {
                inner.bytes(NAME, Utf8.encode("dag-pb", link.name()));
            }
            if (link.tsize() != -1) {
                inner.uint64(TSIZE, link.tsize());
            }
            out.bytes(LINKS, inner.toByteArray());
        }
        if (data != null) {
            out.bytes(DATA, data);
        }
        return out.toByteArray();
    }

    @Override
    public void links(byte[] block, Consumer<Cid> visitor) {
        read(block).links().forEach(link -> visitor.accept(link.hash()));
    }

    @Override
    public Node decode(byte[] block) {
        PbNode node = read(block);
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        List<Node> links = new ArrayList<>(node.links().size());
        for (PbLink link : node.links()) {
            SequencedMap<String, Node> entry = new LinkedHashMap<>();
            entry.put("Hash", new Node.Link(link.hash()));
            if (link.name() != null) {
                entry.put("Name", Node.of(link.name()));
            }
            if (link.tsize() != -1) {
                entry.put("Tsize", new Node.Int(new BigInteger(Long.toUnsignedString(link.tsize()))));
            }
            links.add(new Node.Mapping(entry));
        }
        map.put("Links", new Node.Sequence(links)); // first, as walks of other implementations visit it
        if (node.data() != null) {
            map.put("Data", new Node.Bytes(node.data()));
        }
        return new Node.Mapping(map);
    }

    @Override
    public byte[] encode(Node node) {
        if (!(node instanceof Node.Mapping map) || !(map.get("Links") instanceof Node.Sequence links)) {
            throw form("a map with a list of Links");
        }
        byte[] data = null;
        for (var entry : map.entries().entrySet()) {
            if (entry.getKey().equals("Data") && entry.getValue() instanceof Node.Bytes bytes) {
                data = bytes.value();
            } else if (!entry.getKey().equals("Links")) {
                throw form("Data of bytes and Links, nothing else");
            }
        }
        List<PbLink> read = new ArrayList<>();
        for (Node item : links.items()) {
            read.add(link(item));
        }
        read.sort(ORDER);
        return write(read, data);
    }

    private static PbLink link(Node item) {
        if (!(item instanceof Node.Mapping map)) {
            throw form("links that are maps");
        }
        Cid hash = null;
        String name = null;
        long tsize = -1;
        for (var entry : map.entries().entrySet()) {
            switch (entry.getValue()) {
                case Node.Link link when entry.getKey().equals("Hash") -> hash = link.cid();
                case Node.Text text when entry.getKey().equals("Name") -> name = text.value();
                case Node.Int number
                when entry.getKey().equals("Tsize")
                        && number.value().signum() >= 0
                        && number.value().bitLength() < 64 ->
                    tsize = number.value().longValue();
                default -> throw form("links of Hash, Name and Tsize");
            }
        }
        if (hash == null) {
            throw form("a Hash in every link");
        }
        return new PbLink(hash, name, tsize);
    }

    private static MalformedException form(String needed) {
        return new MalformedException("dag-pb: the value needs " + needed);
    }

    /** Bounds on what is read: a link takes 36 bytes at least. */
    static int mostLinks() {
        return IpldLimits.NODES;
    }
}
