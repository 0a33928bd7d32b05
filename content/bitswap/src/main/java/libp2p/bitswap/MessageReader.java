package libp2p.bitswap;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Reservation;
import libp2p.ipld.Block;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a stream. The data of each block goes from the stream into the array that the block keeps, and
 * nowhere else; all other fields are put together and decoded as a message of their own. One thread.
 */
final class MessageReader {
    private static final String NAME = "bitswap message";
    private static final int BARE_BLOCK = 2;
    private static final int PREFIXED_BLOCK = 3;

    private final InputStream in;
    private final BitswapLimits limits;
    private final @Nullable Reservation memory;
    private long remaining;
    private int fields;
    private List<Block> blocks = List.of();
    private byte[] others = {};

    /** @param memory to which a message is added as it comes, and its objects; the caller takes it back; or null */
    MessageReader(InputStream in, BitswapLimits limits, @Nullable Reservation memory) {
        this.in = in;
        this.limits = limits;
        this.memory = memory;
    }

    /**
     * Reads the next message, without decoding more than its blocks; blocks.
     *
     * @return false if the stream ends before it
     * @throws ProtobufException if it is malformed or beyond a limit
     * @throws EOFException if the stream ends inside of it
     */
    boolean read() throws IOException {
        long announced;
        try {
            announced = Varint.decodeOrEnd(in);
        } catch (MalformedException malformed) {
            throw new ProtobufException(NAME + ": " + malformed.getMessage());
        }
        if (announced < 0) {
            return false;
        }
        if (announced > limits.messageBytes()) {
            throw new ProtobufException(
                    NAME + ": " + announced + " bytes, more than the limit of " + limits.messageBytes());
        }
        remaining = announced;
        fields = 0;
        List<Block> received = new ArrayList<>();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        while (remaining > 0) {
            field(received, rest);
        }
        blocks = received;
        hold(rest.size());
        others = rest.toByteArray();
        return true;
    }

    /**
     * The message that was read last, decoded once.
     *
     * @throws ProtobufException if it is malformed or beyond a limit
     * @throws libp2p.core.resource.LimitExceededException if there is no room for it
     */
    BitswapMessage message() throws IOException {
        BitswapMessage message = BitswapMessage.of(blocks, others, limits, memory);
        blocks = List.of();
        others = new byte[0];
        return message;
    }

    private void field(List<Block> blocks, ByteArrayOutputStream others) throws IOException {
        long tag = tag();
        switch ((int) (tag & 7)) {
            case 0 -> {
                put(others, tag);
                put(others, varint());
            }
            case 1 -> copy(others, tag, 8);
            case 2 -> {
                int size = size();
                if (tag >>> 3 == BARE_BLOCK) {
                    hold(ReceivedBlockWriter.OVERHEAD);
                    blocks.add(BitswapMessage.bare(data(size)));
                } else if (tag >>> 3 == PREFIXED_BLOCK) {
                    block(size, blocks);
                } else {
                    put(others, tag);
                    copy(others, size, size);
                }
            }
            case 5 -> copy(others, tag, 4);
            default -> throw new ProtobufException(NAME + ": wire type " + (tag & 7));
        }
    }

    private void block(int size, List<Block> blocks) throws IOException {
        hold(ReceivedBlockWriter.OVERHEAD);
        long end = remaining - size;
        byte[] prefix = new byte[0];
        byte[] data = new byte[0];
        while (remaining > end) {
            long tag = tag();
            switch ((int) (tag & 7)) {
                case 0 -> varint();
                case 1 -> take(8);
                case 2 -> {
                    int inner = size();
                    if (remaining - inner < end) {
                        throw new ProtobufException("bitswap block: a field that is longer than the block");
                    }
                    if (tag >>> 3 == 1) {
                        if (inner > limits.cidBytes()) {
                            throw new ProtobufException("bitswap block: a prefix of " + inner + " bytes");
                        }
                        prefix = take(inner);
                    } else if (tag >>> 3 == 2) {
                        data = data(inner);
                    } else {
                        take(inner);
                    }
                }
                case 5 -> take(4);
                default -> throw new ProtobufException("bitswap block: wire type " + (tag & 7));
            }
        }
        if (remaining < end) {
            throw new ProtobufException("bitswap block: a field that is longer than the block");
        }
        BitswapMessage.add(prefix, data, blocks);
    }

    private byte[] data(int size) throws IOException {
        if (size > limits.blockBytes()) {
            throw new ProtobufException(
                    NAME + ": a block of " + size + " bytes, more than the limit of " + limits.blockBytes());
        }
        return take(size);
    }

    private long tag() throws IOException {
        if (++fields > 5 * limits.messageEntries()) {
            throw new ProtobufException(NAME + ": more fields than the limit of " + 5 * limits.messageEntries());
        }
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw new ProtobufException(NAME + ": field " + (tag >>> 3));
        }
        return tag;
    }

    private int size() throws IOException {
        long size = varint();
        if (size < 0 || size > remaining) {
            throw new ProtobufException(NAME + ": a field of " + size + " bytes where " + remaining + " are left");
        }
        return (int) size;
    }

    /** A varint as protobuf has it: up to ten bytes, the smallest form or not. */
    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = byteOf();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new ProtobufException(NAME + ": a number that is too long");
    }

    private int byteOf() throws IOException {
        if (remaining == 0) {
            throw new ProtobufException(NAME + ": it ends within a field");
        }
        int next = in.read();
        if (next < 0) {
            throw new EOFException(NAME + ": the stream ends within it");
        }
        remaining--;
        return next;
    }

    private byte[] take(int size) throws IOException {
        if (size > remaining) {
            throw new ProtobufException(NAME + ": it ends within a field");
        }
        byte[] bytes = Delimited.readFully(NAME, in, size, this::hold);
        remaining -= size;
        return bytes;
    }

    private void hold(long bytes) throws IOException {
        if (memory != null && bytes > 0) {
            memory.grow(bytes, Reservation.ALWAYS);
        }
    }

    /** Copies a field whose head is a number: its tag, or the length after it. */
    private void copy(ByteArrayOutputStream others, long head, int size) throws IOException {
        put(others, head);
        others.writeBytes(take(size));
    }

    private static void put(ByteArrayOutputStream others, long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            others.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        others.write((int) left);
    }
}
