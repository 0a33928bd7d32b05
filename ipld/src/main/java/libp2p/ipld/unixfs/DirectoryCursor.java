package libp2p.ipld.unixfs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory one by one, in the order of its blocks, which are read when they are reached. One thread
 * at a time.
 */
public final class DirectoryCursor {
    private static final class Level {
        final Cid cid;
        final UnixFsNode node;
        final Iterator<PbLink> links;

        Level(Cid cid, UnixFsNode node) {
            this.cid = cid;
            this.node = node;
            links = node.links().iterator();
        }
    }

    private final UnixFsReader reader;
    private final Deque<Level> stack = new ArrayDeque<>();

    DirectoryCursor(UnixFsReader reader, Cid cid, UnixFsNode node) {
        this.reader = reader;
        stack.push(new Level(cid, node));
    }

    /** The next entry, null behind the last; blocks. */
    public UnixFsReader.@Nullable Entry next() throws IOException {
        while (!stack.isEmpty()) {
            Level level = stack.getFirst();
            if (!level.links.hasNext()) {
                stack.pop();
                continue;
            }
            PbLink link = level.links.next();
            String name = link.nameOrEmpty();
            if (level.node.type() == UnixFsType.HAMT_SHARD) {
                name = name.substring(Hamt.width(level.node.fanout()));
                if (name.isEmpty()) {
                    stack.push(new Level(link.hash(), reader.child(level.cid, level.node, link.hash(), stack.size())));
                    continue;
                }
            }
            return new UnixFsReader.Entry(name, link.hash(), link.tsize());
        }
        return null;
    }
}
