package libp2p.scenarios.store;

import java.util.Set;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** Something that a client of the store has asked for, between two moments of the history. */
final class Deed {
    enum Kind {
        /** Blocks are stored. */
        STORE,
        /** Blocks are stored, or are here, and a root is pinned. */
        PIN,
        UNPIN,
        DELETE,
        COLLECT
    }

    static final int NEVER = Integer.MAX_VALUE;

    final Kind kind;
    final @Nullable Way way;
    final Set<Multihash> blocks;
    /** The root that is pinned or not, and who wants it. */
    final @Nullable Cid root;

    String owner;
    final int start;
    /** When it was over; {@link #NEVER} while it is under way. */
    int end = NEVER;
    /** When it had given up what it kept from collections. */
    int released = NEVER;
    /** Whether the store has said that it is done. What has failed may have been done, or not. */
    boolean acknowledged;

    Deed(Kind kind, @Nullable Way way, Set<Multihash> blocks, @Nullable Cid root, String owner, int start) {
        this.kind = kind;
        this.way = way;
        this.blocks = blocks;
        this.root = root;
        this.owner = owner;
        this.start = start;
    }

    boolean stores(Multihash hash) {
        return (kind == Kind.STORE || kind == Kind.PIN) && blocks.contains(hash);
    }

    boolean isOf(Deed pin) {
        return pin.root != null && pin.root.equals(root) && pin.owner.equals(owner);
    }

    /** Whether a fetcher does it, which ends a moment later. */
    boolean fetches() {
        return way == Way.FETCH
                || way == Way.GET_AND_PIN
                || way == Way.PIN_SERVICE
                || way == Way.KIT_PIN
                || way == Way.REMOTE_PIN;
    }

    /** Whether it holds what it writes, so that a removal beside it may pass over blocks. */
    boolean holds() {
        return kind != Kind.UNPIN && kind != Kind.DELETE;
    }

    @Override
    public String toString() {
        return kind + (way == null ? "" : " " + way) + (root == null ? "" : " " + root)
                + (owner.isEmpty() ? "" : " for " + owner) + " [" + start + ", " + (end == NEVER ? "…" : end)
                + (acknowledged ? "]" : "]?");
    }
}
