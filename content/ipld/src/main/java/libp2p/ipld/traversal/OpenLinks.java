package libp2p.ipld.traversal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The links that a walk has yet to follow, depth first. Those of the blocks between the root and the place of the walk
 * are held, about 100 bytes each, up to {@value #MOST} or as few as a caller likes: beyond them those farthest above are
 * forgotten, and read again when the walk is back there. So the memory of a walk does not grow with the size of the blocks that stand below each
 * other. One thread.
 */
public final class OpenLinks {
    private static final int MOST = 1 << 17;

    /** Reads the links of a block that the walk has entered. */
    @FunctionalInterface
    public interface Source {
        /** Its links, as they were; blocks. */
        List<Cid> links(Cid cid) throws IOException;
    }

    /** Hears of links before they are followed. */
    @FunctionalInterface
    public interface Ahead {
        /** Takes the links of one block, of which that at {@code from} is the next. */
        void come(List<Cid> links, int from);
    }

    private static final class Level {
        /** The block of the links; null for what is above the root. */
        final @Nullable Cid cid;

        /** Null while they are forgotten. */
        @Nullable
        List<Cid> links;

        int taken;

        Level(@Nullable Cid cid, List<Cid> links) {
            this.cid = cid;
            this.links = links;
        }
    }

    private final Source source;
    private final Ahead ahead;
    private final Deque<Level> stack = new ArrayDeque<>();
    private final int most;
    private long held = 1;

    /** The links of a walk that begins at a root. */
    public OpenLinks(Cid root, Source source, Ahead ahead) {
        this(root, source, ahead, MOST);
    }

    /** @param most links that are held beside those of the last block */
    public OpenLinks(Cid root, Source source, Ahead ahead, int most) {
        this.most = most;
        this.source = source;
        this.ahead = ahead;
        stack.push(new Level(null, List.of(root)));
    }

    /** The next link, null behind the last; blocks where links were forgotten. */
    public @Nullable Cid next() throws IOException {
        while (!stack.isEmpty()) {
            Level level = stack.getFirst();
            List<Cid> links = links(level);
            if (level.taken < links.size()) {
                ahead.come(links, level.taken);
                return links.get(level.taken++);
            }
            stack.pop();
            held -= links.size();
        }
        return null;
    }

    private List<Cid> links(Level level) throws IOException {
        List<Cid> links = level.links;
        if (links != null || level.cid == null) {
            return links == null ? List.of() : links;
        }
        List<Cid> again = source.links(level.cid);
        level.links = again;
        held += again.size();
        return again;
    }

    /** How many links lead from the root to the block of the last one. */
    public int depth() {
        return stack.size() - 1;
    }

    /** How many links are held. */
    public long held() {
        return held;
    }

    /** Goes on with the links of a block, which is that of the last link. */
    public void enter(Cid cid, List<Cid> links) {
        if (links.isEmpty()) {
            return;
        }
        stack.push(new Level(cid, links));
        held += links.size();
        if (held > most) {
            forget();
        }
    }

    private void forget() {
        Iterator<Level> fromAbove = stack.descendingIterator();
        while (held > most / 2 && fromAbove.hasNext()) {
            Level level = fromAbove.next();
            List<Cid> links = level.links;
            if (links != null && level.cid != null && level != stack.getFirst()) {
                level.links = null;
                held -= links.size();
            }
        }
    }
}
