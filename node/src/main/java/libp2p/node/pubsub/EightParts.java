package libp2p.node.pubsub;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.partial.PartialMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message of eight parts of 1 KiB, as the official suite of pubsub defines it: the metadata is a byte with a bit for
 * every part that exists; parts travel as such a byte, the parts in their order, and the group. The 64-bit numbers of
 * a part count on from that of the group. Thread-safe.
 */
public final class EightParts implements PartialMessage {
    /** Bytes of the number that is a group. */
    public static final int GROUP_BYTES = Long.BYTES;

    private static final int COUNT = 8;
    private static final int BYTES = 1_024;
    private static final int ALL = 0xff;

    private final byte[] group;
    private int bits;

    /** @param group eight bytes */
    public EightParts(byte[] group) {
        if (group.length != GROUP_BYTES) {
            throw new IllegalArgumentException("a group of " + group.length + " bytes");
        }
        this.group = group.clone();
    }

    /** The name of a group by its number. */
    public static byte[] group(long number) {
        return ByteBuffer.allocate(GROUP_BYTES).putLong(number).array();
    }

    private byte[] part(int index) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        long number = ByteBuffer.wrap(group).getLong() + (long) index * BYTES / Long.BYTES;
        while (bytes.hasRemaining()) {
            bytes.putLong(number++);
        }
        return bytes.array();
    }

    /** Has these parts from now on, without having got them from a peer. */
    public synchronized void add(int more) {
        bits |= more & ALL;
    }

    /** The parts that are here, a bit for each. */
    public synchronized int bits() {
        return bits;
    }

    /** Whether all parts are here. */
    public boolean isComplete() {
        return bits() == ALL;
    }

    @Override
    public byte[] metadata() {
        return new byte[] {(byte) bits()};
    }

    @Override
    public byte @Nullable [] lackedBy(byte @Nullable [] theirs) throws MalformedException {
        int lacked = theirs == null ? 0 : bits() & ~one(theirs);
        if (lacked == 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.bitCount(lacked) * BYTES + GROUP_BYTES);
        bytes.put((byte) lacked);
        for (int i = 0; i < COUNT; i++) {
            if ((lacked & 1 << i) != 0) {
                bytes.put(part(i));
            }
        }
        return bytes.put(group).array();
    }

    @Override
    public synchronized boolean add(byte[] parts) throws MalformedException {
        int there = parts.length == 0 ? 0 : parts[0] & ALL;
        if (parts.length != 1 + Integer.bitCount(there) * BYTES + GROUP_BYTES) {
            throw new MalformedException("parts of " + parts.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(parts, 1, parts.length - 1);
        byte[] one = new byte[BYTES];
        for (int i = 0; i < COUNT; i++) {
            if ((there & 1 << i) != 0) {
                bytes.get(one);
                if (!Arrays.equals(one, part(i))) {
                    throw new MalformedException("part " + i + " is of another message");
                }
            }
        }
        boolean isNew = (there & ~bits) != 0;
        bits |= there;
        return isNew;
    }

    @Override
    public byte[] metadataOf(byte[] parts) {
        return new byte[] {parts[0]};
    }

    @Override
    public byte[] merged(byte[] before, byte[] more) throws MalformedException {
        return new byte[] {(byte) (one(before) | one(more))};
    }

    private static int one(byte[] metadata) throws MalformedException {
        if (metadata.length != 1) {
            throw new MalformedException("metadata of " + metadata.length + " bytes");
        }
        return metadata[0] & ALL;
    }
}
