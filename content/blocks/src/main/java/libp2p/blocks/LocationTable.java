package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Locations of blocks in memory, some 60 bytes for each: records one behind the other in arrays of {@value #CHUNK}
 * bytes, and a table of where they begin. One thread at a time changes it; several may read it while none does.
 */
final class LocationTable {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    /** Bits of the number of a multihash by which records are ordered; the others are those of a position. */
    private static final int ORDER_BITS = 32;

    private final KeyedHash keyedHash;
    private final List<byte[]> chunks = new ArrayList<>();
    /** Where a record begins, and 1 more; 0 is free. */
    private int[] slots = new int[64];

    private int end;
    private int size;

    LocationTable(KeyedHash keyedHash) {
        this.keyedHash = keyedHash;
    }

    /** The same places; what one of the two gets later the other does not have. */
    LocationTable copy() {
        LocationTable copy = new LocationTable(keyedHash);
        chunks.forEach(chunk -> copy.chunks.add(chunk.clone()));
        copy.slots = slots.clone();
        copy.end = end;
        copy.size = size;
        return copy;
    }

    int size() {
        return size;
    }

    void put(Multihash hash, Location location) {
        byte[] bytes = hash.toBytes();
        put(bytes, location, keyedHash.of(bytes, 0, bytes.length));
    }

    private void put(byte[] hash, Location location, long number) {
        int slot = slot(hash, 0, hash.length, number);
        if (slots[slot] != 0) {
            int position = slots[slot] - 1;
            LocationRecord.writeLocation(location, chunk(position), at(position));
            return;
        }
        int position = begin(LocationRecord.bytes(hash.length));
        LocationRecord.write(hash, location, chunk(position), at(position));
        slots[slot] = position + 1;
        if (++size > slots.length / 2) {
            grow();
        }
    }

    /** Takes room for a record. */
    private int begin(int bytes) {
        if (end >> CHUNK_BITS == chunks.size() || at(end) + bytes > CHUNK) {
            end = chunks.size() << CHUNK_BITS;
            chunks.add(new byte[CHUNK]);
        }
        int position = end;
        end += bytes;
        return position;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[2 * old.length];
        for (int one : old) {
            if (one != 0) {
                int slot = (int) number(one - 1) & slots.length - 1;
                while (slots[slot] != 0) {
                    slot = slot + 1 & slots.length - 1;
                }
                slots[slot] = one;
            }
        }
    }

    /** The place of a block as it was put last, or null. */
    @Nullable
    Location get(Multihash hash) {
        if (size == 0) {
            return null;
        }
        byte[] bytes = hash.toBytes();
        int position = slots[slot(bytes, 0, bytes.length, keyedHash.of(bytes, 0, bytes.length))] - 1;
        return position < 0 ? null : LocationRecord.location(chunk(position), at(position));
    }

    /** Whether the multihash in a range has a place here, or is here as removed. */
    boolean contains(byte[] hash, int from, int to) {
        return size > 0 && slots[slot(hash, from, to, keyedHash.of(hash, from, to))] != 0;
    }

    /** The slot of a multihash, or the free one that it would get. */
    private int slot(byte[] hash, int from, int to, long number) {
        int slot = (int) number & slots.length - 1;
        while (slots[slot] != 0) {
            int position = slots[slot] - 1;
            if (LocationRecord.isOf(chunk(position), at(position), hash, from, to)) {
                break;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    void putAll(LocationTable other) {
        for (int slot : other.slots) {
            if (slot != 0) {
                byte[] chunk = other.chunk(slot - 1);
                put(LocationRecord.hash(chunk, at(slot - 1)), LocationRecord.location(chunk, at(slot - 1)));
            }
        }
    }

    /** Gives all records to the visitor, in no order. */
    void forEach(BlockIndex.Visitor visitor) throws IOException {
        for (int slot : slots) {
            if (slot != 0) {
                int position = slot - 1;
                visitor.place(
                        LocationRecord.hash(chunk(position), at(position)),
                        LocationRecord.location(chunk(position), at(position)));
            }
        }
    }

    /**
     * All records, in the order of the numbers of their multihashes: each is given to {@link #position} and
     * {@link #bucket}.
     */
    long[] inOrder() {
        long[] order = new long[size];
        int i = 0;
        for (int slot : slots) {
            if (slot != 0) {
                order[i++] = number(slot - 1) >>> 1 & -1L << ORDER_BITS - 1 | slot - 1;
            }
        }
        Arrays.sort(order);
        return order;
    }

    /** Where a record of {@link #inOrder} begins. */
    static int position(long ordered) {
        return (int) ordered & Integer.MAX_VALUE;
    }

    /** The bucket of a record of {@link #inOrder} among 2^depth. */
    static int bucket(long ordered, int depth) {
        return StoredLocations.bucket(ordered << 1, depth);
    }

    private long number(int position) {
        byte[] chunk = chunk(position);
        return keyedHash.of(chunk, LocationRecord.hashFrom(at(position)), LocationRecord.hashTo(chunk, at(position)));
    }

    /** The array in which the record at a position stands, at {@link #at}. */
    byte[] chunk(int position) {
        return chunks.get(position >> CHUNK_BITS);
    }

    static int at(int position) {
        return position & CHUNK - 1;
    }
}
