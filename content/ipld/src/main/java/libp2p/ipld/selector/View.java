package libp2p.ipld.selector;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.codec.PbNode;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A value as a walk sees it: as it stands in its block, or as a file or directory of UnixFS that more blocks belong to,
 * which are loaded when they are looked at. One thread at a time, and only while the walk is at it.
 */
public sealed interface View {
    /** Entries one after the other. */
    interface Cursor {
        /** Goes on to the next entry, false behind the last; may load blocks. */
        boolean next() throws IOException;

        /** The key or the index. */
        String segment();

        /** The value. */
        Node value();
    }

    /**
     * A value inside a block.
     *
     * @param node the value
     */
    record Plain(Node node) implements View {
        @Override
        public Node.Kind kind() {
            return node.kind();
        }

        @Override
        public @Nullable Node get(String segment) {
            return node.get(segment);
        }

        @Override
        public Cursor entries() {
            return node instanceof Node.Mapping map
                    ? new Cursors.MapCursor(map.entries().entrySet().iterator())
                    : new Cursors.ListCursor(node instanceof Node.Sequence list ? list : Node.list());
        }

        @Override
        public int length() {
            return switch (node) {
                case Node.Sequence list -> list.items().size();
                case Node.Mapping map -> map.entries().size();
                default -> 0;
            };
        }

        @Override
        public InputStream bytes() {
            return new ByteArrayInputStream(node instanceof Node.Bytes bytes ? bytes.value() : new byte[0]);
        }
    }

    /**
     * A directory, or a DAG-PB node that is no UnixFS: links by name.
     *
     * @param node whose links are meant
     * @param byName the first link of each name
     */
    record Links(PbNode node, Map<String, PbLink> byName) implements View {
        Links(PbNode node) {
            this(node, new HashMap<>());
            node.links().forEach(link -> byName.putIfAbsent(link.nameOrEmpty(), link));
        }

        @Override
        public Node.Kind kind() {
            return Node.Kind.MAP;
        }

        @Override
        public @Nullable Node get(String segment) {
            PbLink link = byName.get(segment);
            return link == null ? null : new Node.Link(link.hash());
        }

        @Override
        public Cursor entries() {
            return new Cursors.LinksCursor(node.links().iterator());
        }

        @Override
        public int length() {
            return node.links().size();
        }
    }

    /**
     * A directory in several blocks.
     *
     * @param cid of the root of the directory
     * @param reader that loads the blocks
     */
    record Shards(Cid cid, UnixFsReader reader) implements View {
        @Override
        public Node.Kind kind() {
            return Node.Kind.MAP;
        }

        @Override
        public @Nullable Node get(String segment) throws IOException {
            UnixFsReader.Entry entry = reader.find(cid, segment);
            return entry == null ? null : new Node.Link(entry.cid());
        }

        @Override
        public Cursor entries() throws IOException {
            return new Cursors.ShardsCursor(reader.cursor(cid));
        }
    }

    /**
     * A part of a file, or all of it.
     *
     * @param cid of the root of the file
     * @param reader that loads the blocks
     * @param from offset of the first byte
     * @param size bytes from there
     */
    record File(Cid cid, UnixFsReader reader, long from, long size) implements View {
        @Override
        public Node.Kind kind() {
            return Node.Kind.BYTES;
        }

        @Override
        public InputStream bytes() throws IOException {
            return reader.open(cid, from, size);
        }
    }

    /** Its kind. */
    Node.Kind kind();

    /** The entry of a map or a list, or null; may load blocks. */
    default @Nullable Node get(String segment) throws IOException {
        return null;
    }

    /** All entries of a map or a list. */
    default Cursor entries() throws IOException {
        return new Cursors.ListCursor(Node.list());
    }

    /** Entries of a map or a list that is one block, else 0. */
    default int length() {
        return 0;
    }

    /** The bytes of a value of that kind, loaded while they are read. */
    default InputStream bytes() throws IOException {
        return InputStream.nullInputStream();
    }

    /** Text as the bytes of which parts are named; other values as they are. */
    default View asBytes() {
        return this instanceof Plain(Node.Text text)
                ? new Plain(new Node.Bytes(text.value().getBytes(StandardCharsets.UTF_8)))
                : this;
    }

    /**
     * The part that a slice names.
     *
     * @return null if there is no such part, or this is neither text nor bytes
     */
    default @Nullable View slice(Selector.Slice slice) {
        byte[] all = switch (this) {
            case Plain(Node.Text text) -> text.value().getBytes(StandardCharsets.UTF_8);
            case Plain(Node.Bytes bytes) -> bytes.value();
            default -> null;
        };
        long length = this instanceof File file ? file.size() : all == null ? -1 : all.length;
        if (length < 0) {
            return null;
        }
        long to = slice.to() < 0 ? length + slice.to() : Math.min(length, slice.to());
        long from = slice.from() < 0 ? Math.max(0, length + slice.from()) : slice.from();
        if (from > to || from >= length) {
            return null;
        }
        if (this instanceof File file) {
            return new File(file.cid(), file.reader(), file.from() + from, to - from);
        }
        byte[] part = Arrays.copyOfRange(all, (int) from, (int) to);
        return new Plain(
                this instanceof Plain(Node.Text ignored)
                        ? Node.of(new String(part, StandardCharsets.UTF_8))
                        : new Node.Bytes(part));
    }

    /**
     * The value in memory.
     *
     * @throws ContentException if it is a file of more than {@link IpldLimits#BLOCK_BYTES}, or a directory in several
     *     blocks
     */
    default Node toNode() throws IOException {
        return switch (this) {
            case Plain plain -> plain.node();
            case File file
            when file.size() <= IpldLimits.BLOCK_BYTES -> {
                try (InputStream in = file.bytes()) {
                    yield new Node.Bytes(in.readNBytes(IpldLimits.BLOCK_BYTES));
                }
            }
            case File file ->
                throw new ContentException("selector: a file of " + file.size()
                        + " bytes is no value in memory, the limit is " + IpldLimits.BLOCK_BYTES);
            case Links links -> {
                var entries = new LinkedHashMap<String, Node>();
                links.node()
                        .links()
                        .forEach(link -> entries.putIfAbsent(link.nameOrEmpty(), new Node.Link(link.hash())));
                yield new Node.Mapping(entries);
            }
            case Shards shards ->
                throw new ContentException(
                        "selector: the directory " + shards.cid() + " is in several blocks, and no value in memory");
        };
    }
}
