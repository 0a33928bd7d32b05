package libp2p.ipld.selector;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.unixfs.DirectoryCursor;
import libp2p.ipld.unixfs.UnixFsReader;
import org.jspecify.annotations.Nullable;

/** The ways through the entries of views. */
final class Cursors {
    private Cursors() {}

    /** Over the entries of a map. */
    static final class MapCursor implements View.Cursor {
        private final Iterator<Map.Entry<String, Node>> entries;
        private Map.@Nullable Entry<String, Node> at;

        MapCursor(Iterator<Map.Entry<String, Node>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            at = entries.hasNext() ? entries.next() : null;
            return at != null;
        }

        @Override
        public String segment() {
            return Objects.requireNonNull(at).getKey();
        }

        @Override
        public Node value() {
            return Objects.requireNonNull(at).getValue();
        }
    }

    /** Over the items of a list. */
    static final class ListCursor implements View.Cursor {
        private final Node.Sequence list;
        private int at = -1;

        ListCursor(Node.Sequence list) {
            this.list = list;
        }

        @Override
        public boolean next() {
            return ++at < list.items().size();
        }

        @Override
        public String segment() {
            return Integer.toString(at);
        }

        @Override
        public Node value() {
            return list.items().get(at);
        }
    }

    /** Over the links of a node. */
    static final class LinksCursor implements View.Cursor {
        private final Iterator<PbLink> links;
        private @Nullable PbLink at;

        LinksCursor(Iterator<PbLink> links) {
            this.links = links;
        }

        @Override
        public boolean next() {
            at = links.hasNext() ? links.next() : null;
            return at != null;
        }

        @Override
        public String segment() {
            return Objects.requireNonNull(at).nameOrEmpty();
        }

        @Override
        public Node value() {
            return new Node.Link(Objects.requireNonNull(at).hash());
        }
    }

    /** Over the entries of a directory in several blocks. */
    static final class ShardsCursor implements View.Cursor {
        private final DirectoryCursor entries;
        private UnixFsReader.@Nullable Entry at;

        ShardsCursor(DirectoryCursor entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() throws IOException {
            at = entries.next();
            return at != null;
        }

        @Override
        public String segment() {
            return Objects.requireNonNull(at).name();
        }

        @Override
        public Node value() {
            return new Node.Link(Objects.requireNonNull(at).cid());
        }
    }
}
