package libp2p.ipld.unixfs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory one by one, in the order of its blocks, which are read when they are reached. One thread
 * at a time.
 *
 * <p>In a sharded directory the hash of each name must lead to the bucket in which it stands, and every shard below the
 * first must hold something. So no shard is reached on two ways: what it holds belongs to one of them alone. The work
 * is bounded by the blocks that there are, and not by the ways through them.
 */
public final class DirectoryCursor {
    private static final class Level {
        final Cid cid;
        final UnixFsNode node;
        final Iterator<PbLink> links;
        /** The buckets that lead here: as many bits as those of the levels above have together. */
        final long way;

        Level(Cid cid, UnixFsNode node, long way) {
            this.cid = cid;
            this.node = node;
            this.way = way;
            links = node.links().iterator();
        }
    }

    private final UnixFsReader reader;
    private final Deque<Level> stack = new ArrayDeque<>();

    DirectoryCursor(UnixFsReader reader, Cid cid, UnixFsNode node) {
        this.reader = reader;
        enter(cid, node, 0);
    }

    /**
     * The next entry, null behind the last; blocks.
     *
     * @throws ContentException if a name stands where its hash does not lead, or a shard is malformed
     */
    public UnixFsReader.@Nullable Entry next() throws IOException {
        while (!stack.isEmpty()) {
            Level level = stack.getFirst();
            if (!level.links.hasNext()) {
                stack.pop();
                continue;
            }
            PbLink link = level.links.next();
            String name = link.nameOrEmpty();
            if (level.node.type() != UnixFsType.HAMT_SHARD) {
                return new UnixFsReader.Entry(name, link.hash(), link.tsize());
            }
            int fanout = level.node.fanout();
            int width = Hamt.width(fanout);
            long way = Hamt.further(level.way, Hamt.bucket(name, width), fanout);
            name = name.substring(width);
            if (!name.isEmpty()) {
                if (!Hamt.leads(Hamt.hash(name), way, stack.size(), fanout)) {
                    throw new ContentException("directory: the name " + MalformedException.quote(name)
                            + " stands in a bucket of " + level.cid + " to which its hash does not lead");
                }
                return new UnixFsReader.Entry(name, link.hash(), link.tsize());
            }
            UnixFsNode child = reader.child(level.cid, level.node, link.hash(), stack.size());
            if (child.links().isEmpty()) {
                throw new ContentException("directory: the shard " + link.hash() + " below " + level.cid + " is empty");
            }
            enter(link.hash(), child, way);
        }
        return null;
    }

    private void enter(Cid cid, UnixFsNode node, long way) {
        stack.push(new Level(cid, node, way));
        if (node.type() != UnixFsType.HAMT_SHARD) {
            return;
        }
        int width = Hamt.width(node.fanout());
        List<Cid> children = new ArrayList<>();
        for (PbLink link : node.links()) {
            if (link.nameOrEmpty().length() == width) {
                children.add(link.hash());
            }
        }
        if (children.size() > 1) {
            reader.announce(children);
        }
    }
}
