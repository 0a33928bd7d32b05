package libp2p.gateway;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/**
 * The blocks that an archive has sent, and the memory of its walk. Of each block eight bytes of a hash are kept: a
 * million CIDs would fill a small heap. All archives share an eighth of the heap for the memory that each needs beyond a
 * little of its own; an archive for which nothing is left is broken off. One thread.
 */
final class SentBlocks implements AutoCloseable {
    /** Places of the first table, and of the largest that is not charged: more than the blocks on the way of any path. */
    private static final int FIRST = 1 << 10;

    private static final int FREE = 1 << 15;

    /** Links that a walk may hold without being charged; those of one block may be more. */
    static final int LINKS = 1 << 14;

    /** Bytes of each. */
    private static final long LINK = 128;

    private static final AtomicLong LEFT = new AtomicLong(Runtime.getRuntime().maxMemory() / 8);

    private long[] table = new long[FIRST];
    private int count;
    private long charged;
    private long chargedLinks;

    /**
     * Adds a block.
     *
     * @return false if it is there
     * @throws LimitExceededException if others have the memory
     */
    boolean add(Cid cid) throws LimitExceededException {
        long hash = hash(cid);
        int at = place(table, hash);
        if (table[at] == hash) {
            return false;
        }
        if (4 * (count + 1) > 3 * table.length) {
            grow();
            at = place(table, hash);
        }
        table[at] = hash;
        count++;
        return true;
    }

    boolean contains(Cid cid) {
        long hash = hash(cid);
        return table[place(table, hash)] == hash;
    }

    /** Eight bytes of SHA-256: the digest of a CID may be what its author likes, as that of identity. Never 0. */
    private static long hash(Cid cid) {
        long hash = ByteBuffer.wrap(Multihash.sha256(cid.toBytes()).digest()).getLong();
        return hash == 0 ? 1 : hash;
    }

    /** Where a hash is, or may be put. */
    private static int place(long[] table, long hash) {
        int at = (int) hash & table.length - 1;
        while (table[at] != 0 && table[at] != hash) {
            at = at + 1 & table.length - 1;
        }
        return at;
    }

    private void grow() throws LimitExceededException {
        int places = 2 * table.length;
        if (places > FREE) {
            take((long) places * Long.BYTES);
        }
        long[] larger = new long[places];
        for (long hash : table) {
            if (hash != 0) {
                larger[place(larger, hash)] = hash;
            }
        }
        if (table.length > FREE) {
            give((long) table.length * Long.BYTES);
        }
        table = larger;
    }

    /**
     * Charges the links that the walk holds now.
     *
     * @throws LimitExceededException if others have the memory
     */
    void holds(long links) throws LimitExceededException {
        long wanted = Math.max(0, links - LINKS) * LINK;
        if (wanted > chargedLinks) {
            take(wanted - chargedLinks);
        } else {
            give(chargedLinks - wanted);
        }
        chargedLinks = wanted;
    }

    private void take(long bytes) throws LimitExceededException {
        if (LEFT.addAndGet(-bytes) < 0) {
            LEFT.addAndGet(bytes);
            throw new LimitExceededException(
                    "archives", "bytes", bytes, Math.max(0, LEFT.get()), LimitExceededException.Side.LOCAL);
        }
        charged += bytes;
    }

    private void give(long bytes) {
        LEFT.addAndGet(bytes);
        charged -= bytes;
    }

    /** Gives all memory back; idempotent. Nothing is added any more. */
    @Override
    public void close() {
        give(charged);
        chargedLinks = 0;
        table = new long[2];
        count = 0;
    }
}
