package libp2p.graphsync;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import libp2p.ipld.Block;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * GraphSync messages as DAG-CBOR. The CIDs of blocks are made of their bytes, so that every block is what its CID says.
 */
final class MessageCodec {
    private static final DagCbor CBOR = new DagCbor();

    private MessageCodec() {}

    /**
     * Reads a message.
     *
     * @throws MalformedException if it is none, or beyond a limit
     */
    static GraphSyncMessage decode(byte[] bytes, GraphSyncLimits limits) {
        Node.Mapping root = map("the message", CBOR.decode(bytes));
        if (root.entries().size() != 1 || !(root.get("gs2") instanceof Node.Mapping message)) {
            throw error("a message that is not gs2");
        }
        for (String key : message.entries().keySet()) {
            if (!key.equals("req") && !key.equals("rsp") && !key.equals("blk")) {
                throw error("an unknown part " + MalformedException.quote(key));
            }
        }
        List<GraphSyncMessage.Request> requests = new ArrayList<>();
        for (Node item : list("requests", message.get("req"), limits)) {
            requests.add(request(map("a request", item)));
        }
        List<GraphSyncMessage.Response> responses = new ArrayList<>();
        for (Node item : list("responses", message.get("rsp"), limits)) {
            responses.add(response(map("a response", item)));
        }
        List<Block> blocks = new ArrayList<>();
        for (Node item : list("blocks", message.get("blk"), limits)) {
            blocks.add(block(item, limits));
        }
        return new GraphSyncMessage(requests, responses, blocks);
    }

    private static GraphSyncMessage.Request request(Node.Mapping map) {
        UUID id = null;
        GraphSyncMessage.Type type = null;
        long priority = 0;
        Cid root = null;
        Node selector = null;
        SequencedMap<String, Node> extensions = new LinkedHashMap<>();
        for (Map.Entry<String, Node> entry : map.entries().entrySet()) {
            Node value = entry.getValue();
            switch (entry.getKey()) {
                case "id" -> id = id(value);
                case "type" -> type = type(value);
                case "pri" -> priority = integer("a priority", value);
                case "root" -> root = link(value);
                case "sel" -> selector = value;
                case "ext" -> extensions = map("extensions", value).entries();
                default -> throw error("a request with an unknown field");
            }
        }
        if (id == null || type == null) {
            throw error("a request without id or type");
        }
        return new GraphSyncMessage.Request(id, type, priority, root, selector, extensions);
    }

    private static GraphSyncMessage.Type type(Node node) {
        for (GraphSyncMessage.Type type : GraphSyncMessage.Type.values()) {
            if (node instanceof Node.Text text && text.value().equals(type.code)) {
                return type;
            }
        }
        throw error("a request of an unknown type");
    }

    private static GraphSyncMessage.Response response(Node.Mapping map) {
        UUID id = null;
        ResponseStatus status = null;
        List<GraphSyncMessage.Metadatum> metadata = new ArrayList<>();
        SequencedMap<String, Node> extensions = new LinkedHashMap<>();
        for (Map.Entry<String, Node> entry : map.entries().entrySet()) {
            Node value = entry.getValue();
            switch (entry.getKey()) {
                case "reqid" -> id = id(value);
                case "stat" -> status = status(integer("a status", value));
                case "meta" -> {
                    if (!(value instanceof Node.Sequence items)) {
                        throw error("metadata that is no list");
                    }
                    items.items().forEach(item -> metadata.add(metadatum(item)));
                }
                case "ext" -> extensions = map("extensions", value).entries();
                default -> throw error("a response with an unknown field");
            }
        }
        if (id == null || status == null) {
            throw error("a response without id or status");
        }
        return new GraphSyncMessage.Response(id, status, metadata, extensions);
    }

    private static GraphSyncMessage.Metadatum metadatum(Node node) {
        if (!(node instanceof Node.Sequence pair)
                || pair.items().size() != 2
                || !(pair.items().get(0) instanceof Node.Link link)
                || !(pair.items().get(1) instanceof Node.Text code)) {
            throw error("metadata that is not of a link and an action");
        }
        LinkAction action = LinkAction.of(code.value());
        if (action == null) {
            throw error("an unknown action of a link");
        }
        return new GraphSyncMessage.Metadatum(link.cid(), action);
    }

    private static Block block(Node node, GraphSyncLimits limits) {
        if (!(node instanceof Node.Sequence pair)
                || pair.items().size() != 2
                || !(pair.items().get(0) instanceof Node.Bytes prefix)
                || !(pair.items().get(1) instanceof Node.Bytes data)) {
            throw error("a block that is not of a prefix and data");
        }
        if (data.value().length > limits.blockBytes()) {
            throw error("a block of " + data.value().length + " bytes, the limit is " + limits.blockBytes());
        }
        return Block.trusted(cid(prefix.value(), data.value()), data.value());
    }

    /** The CID that a prefix (version, codec, hash function, digest length) makes of data. */
    private static Cid cid(byte[] prefix, byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(prefix);
        long version = Varint.decode(in);
        long codec = Varint.decode(in);
        long code = Varint.decode(in);
        long length = Varint.decode(in);
        if (in.hasRemaining() || version > 1) {
            throw error("the prefix of a block is malformed");
        }
        HashFunction function = HashFunction.of(code);
        if (function == null || code == Multicodec.IDENTITY && data.length > IpldLimits.IDENTITY_BYTES) {
            throw error("no block may be addressed by hash function 0x" + Long.toHexString(code));
        }
        Multihash hash = Block.hash(function, data);
        if (length != hash.digestLength()) {
            throw error("a digest of " + Long.toUnsignedString(length) + " bytes where the function makes "
                    + hash.digestLength());
        }
        Block.requireSafe(hash);
        if (version == 0) {
            if (codec != Multicodec.DAG_PB || code != Multicodec.SHA2_256) {
                throw error("a prefix of version 0 with another codec or hash function");
            }
            return Cid.v0(hash);
        }
        return Cid.v1(codec, hash);
    }

    /** The bytes of a message. */
    static byte[] encode(GraphSyncMessage message) {
        SequencedMap<String, Node> parts = new LinkedHashMap<>();
        if (!message.requests().isEmpty()) {
            parts.put(
                    "req",
                    new Node.Sequence(
                            message.requests().stream().map(MessageCodec::node).toList()));
        }
        if (!message.responses().isEmpty()) {
            parts.put(
                    "rsp",
                    new Node.Sequence(
                            message.responses().stream().map(MessageCodec::node).toList()));
        }
        if (!message.blocks().isEmpty()) {
            parts.put(
                    "blk",
                    new Node.Sequence(
                            message.blocks().stream().map(MessageCodec::node).toList()));
        }
        SequencedMap<String, Node> root = new LinkedHashMap<>();
        root.put("gs2", new Node.Mapping(parts));
        return CBOR.encode(new Node.Mapping(root));
    }

    private static Node node(GraphSyncMessage.Request request) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        map.put("id", node(request.id()));
        map.put("type", Node.of(request.type().code));
        if (request.priority() != 0) {
            map.put("pri", Node.of(request.priority()));
        }
        if (request.root() != null) {
            map.put("root", new Node.Link(request.root()));
        }
        if (request.selector() != null) {
            map.put("sel", request.selector());
        }
        if (!request.extensions().isEmpty()) {
            map.put("ext", new Node.Mapping(request.extensions()));
        }
        return new Node.Mapping(map);
    }

    private static Node node(GraphSyncMessage.Response response) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        map.put("reqid", node(response.id()));
        map.put("stat", Node.of(response.status().code()));
        if (!response.metadata().isEmpty()) {
            List<Node> items = new ArrayList<>(response.metadata().size());
            response.metadata()
                    .forEach(item -> items.add(Node.list(
                            new Node.Link(item.link()), Node.of(item.action().code()))));
            map.put("meta", new Node.Sequence(items));
        }
        if (!response.extensions().isEmpty()) {
            map.put("ext", new Node.Mapping(response.extensions()));
        }
        return new Node.Mapping(map);
    }

    private static Node node(Block block) {
        Cid cid = block.cid();
        Multihash hash = cid.hash();
        long codec = cid.version() == 0 ? Multicodec.DAG_PB : cid.codec();
        ByteBuffer prefix = ByteBuffer.allocate(40);
        Varint.encode(cid.version(), prefix);
        Varint.encode(codec, prefix);
        Varint.encode(hash.code(), prefix);
        Varint.encode(hash.digestLength(), prefix);
        byte[] bytes = new byte[prefix.position()];
        prefix.flip().get(bytes);
        return Node.list(new Node.Bytes(bytes), new Node.Bytes(block.data()));
    }

    private static Node node(UUID id) {
        return new Node.Bytes(ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
    }

    private static UUID id(Node node) {
        if (!(node instanceof Node.Bytes bytes) || bytes.value().length != 16) {
            throw error("an id that is not of 16 bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes.value());
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static Cid link(Node node) {
        if (node instanceof Node.Link link) {
            return link.cid();
        }
        throw error("a root that is no link");
    }

    /** Codes are 10 to 39: what goes on, what ends, what fails (specification, "Responses"). */
    private static ResponseStatus status(long code) throws MalformedException {
        if (code < ResponseStatus.LEAST || code > ResponseStatus.MOST) {
            throw error("the status " + code + ", known are " + ResponseStatus.LEAST + " to " + ResponseStatus.MOST);
        }
        return new ResponseStatus(code);
    }

    private static long integer(String what, Node node) {
        if (node instanceof Node.Int number && number.value().bitLength() < 64) {
            return number.value().longValue();
        }
        throw error(what + " that is no number of 64 bits");
    }

    private static Node.Mapping map(String what, Node node) {
        if (node instanceof Node.Mapping map) {
            return map;
        }
        throw error(what + " is no map");
    }

    private static List<Node> list(String what, @Nullable Node node, GraphSyncLimits limits) {
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Node.Sequence list)) {
            throw error(what + " are no list");
        }
        if (list.items().size() > limits.messageEntries()) {
            throw error(list.items().size() + " " + what + ", the limit is " + limits.messageEntries());
        }
        return list.items();
    }

    private static MalformedException error(String what) {
        return new MalformedException("graphsync: " + what);
    }
}
