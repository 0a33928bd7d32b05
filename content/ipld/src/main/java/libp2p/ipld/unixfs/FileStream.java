package libp2p.ipld.unixfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import libp2p.core.buffer.BulkInput;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, or of a range of it, block by block: subtrees before the range are not fetched, and those that
 * come next are announced to the source. Every node must hold what its parent says.
 */
final class FileStream extends BulkInput {
    /** Bytes of blocks that are announced before they are read. */
    private static final long AHEAD = 16L << 20;

    /**
     * Links of the nodes between the root and the place of the reader that are held, some 50 bytes each: beyond them those
     * farthest above are forgotten, and read again when the reader is back there.
     */
    private static final int OPEN_LINKS = 1 << 14;

    private static final class Frame {
        final Cid cid;
        final int children;
        /** Null while it is forgotten; without its data, which is read at once. */
        @Nullable
        Below below;

        int next;
        int announced;
        long announcedBytes;

        Frame(Cid cid, Below below) {
            this.cid = cid;
            this.below = below;
            children = below.ends.length;
        }
    }

    /** The links of a node, and the bytes below each. As bytes, since readers wait for their clients with them. */
    private static final class Below {
        private final byte[] cids;
        private final int[] ends;
        private final long[] sizes;

        Below(UnixFsNode node) {
            List<PbLink> links = node.links();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ends = new int[links.size()];
            sizes = new long[links.size()];
            for (int i = 0; i < ends.length; i++) {
                all.writeBytes(links.get(i).hash().toBytes());
                ends[i] = all.size();
                sizes[i] = node.blockSizes().get(i);
            }
            cids = all.toByteArray();
        }

        Cid cid(int child) {
            return Cid.fromBytes(Arrays.copyOfRange(cids, child == 0 ? 0 : ends[child - 1], ends[child]));
        }
    }

    private final BlockSource source;
    private final Deque<Frame> stack = new ArrayDeque<>();
    private long openLinks;
    private final long size;
    /** The data of the current node: these bytes of its block from {@link #at} to {@link #end}. */
    private byte[] chunk = new byte[0];

    private int at;
    private int end;
    private long skip;
    private long remaining;

    /**
     * @param offset bytes that are left out at the start
     * @param length bytes that are read at most
     */
    FileStream(BlockSource source, Cid cid, long offset, long length) throws IOException {
        this.source = source;
        skip = Math.max(0, offset);
        remaining = Math.max(0, length);
        size = enter(cid, -1);
    }

    /** Bytes of the whole file. */
    long size() {
        return size;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!ready()) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, end - at), remaining);
        System.arraycopy(chunk, at, target, offset, count);
        at += count;
        remaining -= count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(end - at, remaining);
    }

    /** Goes on to the next bytes of the range; false at its end. */
    private boolean ready() throws IOException {
        while (remaining > 0) {
            if (at < end) {
                long passed = Math.min(skip, end - at);
                skip -= passed;
                at += (int) passed;
                if (at < end) {
                    return true;
                }
            }
            if (!advance()) {
                return false;
            }
        }
        return false;
    }

    private boolean advance() throws IOException {
        Frame frame = stack.peek();
        if (frame == null) {
            return false;
        }
        if (frame.next == frame.children) {
            stack.pop();
            openLinks -= frame.below == null ? 0 : frame.children;
            return true;
        }
        Below below = below(frame);
        int child = frame.next++;
        long childSize = below.sizes[child];
        if (skip >= childSize) {
            skip -= childSize;
            return true;
        }
        announce(frame, below, child);
        enter(below.cid(child), childSize);
        return true;
    }

    private Below below(Frame frame) throws IOException {
        Below known = frame.below;
        if (known != null) {
            return known;
        }
        Below again = new Below(UnixFsReader.parse(frame.cid, source.get(frame.cid)));
        if (again.ends.length != frame.children) {
            throw new ContentException("file: the source has two blocks of " + frame.cid);
        }
        frame.below = again;
        openLinks += frame.children;
        return again;
    }

    /** Forgets nodes from above, once they are too many, until half as much as is held is left. */
    private void forgetAbove() {
        if (openLinks <= OPEN_LINKS) {
            return;
        }
        Iterator<Frame> fromAbove = stack.descendingIterator();
        while (openLinks > OPEN_LINKS / 2 && fromAbove.hasNext()) {
            Frame frame = fromAbove.next();
            if (frame.below != null && frame != stack.peek()) {
                frame.below = null;
                openLinks -= frame.children;
            }
        }
    }

    private void announce(Frame frame, Below below, int child) {
        frame.announced = Math.max(frame.announced, child);
        frame.announcedBytes = Math.max(0, frame.announcedBytes);
        if (frame.announcedBytes < AHEAD / 2) {
            List<Cid> cids = new ArrayList<>();
            while (frame.announced < frame.children
                    && (frame.announced < child + 2 || frame.announcedBytes < AHEAD)
                    && frame.announcedBytes < skip + remaining) {
                cids.add(below.cid(frame.announced));
                frame.announcedBytes += below.sizes[frame.announced++];
            }
            if (cids.size() > 1) {
                source.prefetch(cids);
            }
        }
        frame.announcedBytes -= below.sizes[child];
    }

    /**
     * Makes the data of a node the current chunk and puts its links on the stack.
     *
     * @param expected bytes that the parent says are below, −1 for the root
     * @return bytes below
     */
    private long enter(Cid cid, long expected) throws IOException {
        if (stack.size() > IpldLimits.DAG_DEPTH) {
            throw new ContentException("file: more than " + IpldLimits.DAG_DEPTH + " levels at " + cid);
        }
        byte[] block = source.get(cid);
        LeafBlock leaf = cid.codec() == Multicodec.RAW ? new LeafBlock(0, block.length) : LeafBlock.of(block);
        long below;
        if (leaf != null) {
            below = leaf.length();
            chunk = block;
            at = leaf.offset();
            end = at + leaf.length();
        } else {
            below = enter(cid, UnixFsReader.parse(cid, block));
        }
        if (expected >= 0 && below != expected) {
            throw new ContentException(
                    "file: " + cid + " holds " + below + " bytes, where its parent says " + expected);
        }
        return below;
    }

    private long enter(Cid cid, UnixFsNode node) throws ContentException {
        if (node.type() != UnixFsType.FILE && node.type() != UnixFsType.RAW) {
            throw new ContentException("file: " + cid + " is a " + node.type() + ", where data of a file should be");
        }
        if (!node.links().isEmpty()) {
            stack.push(new Frame(cid, new Below(node)));
            openLinks += node.links().size();
            forgetAbove();
        }
        byte[] data = node.data();
        chunk = data == null ? new byte[0] : data;
        at = 0;
        end = chunk.length;
        return node.fileSize();
    }

    /** Hands over what is left, without a copy of the blocks' data. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        long count = 0;
        while (ready()) {
            int length = (int) Math.min(end - at, remaining);
            out.write(chunk, at, length);
            at += length;
            remaining -= length;
            count += length;
        }
        return count;
    }
}
