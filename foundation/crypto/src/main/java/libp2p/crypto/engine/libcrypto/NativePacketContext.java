package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.PacketContext;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one direction. Those in direct buffers are worked on by plain addresses; opening writes to the heap, so
 * that it is the only copy. Buffers and targets are few and used again and again, so the last of each is remembered
 * with its address. The calls of the library are left to those who extend this.
 */
abstract sealed class NativePacketContext implements PacketContext
        permits LibcryptoPacketContext, ProviderPacketContext {
    static final int TAG = AeadAlgorithm.TAG_LENGTH;

    // The arguments. The eight bytes that change with each packet are aligned: others are put together byte by byte.
    private static final int COUNTER = 8;
    private static final int NONCE = COUNTER + Long.BYTES - AeadAlgorithm.NONCE_LENGTH;
    private static final int LENGTH = 16;
    private static final int TAG_AT = 24;
    /** Bytes of the arguments that every context has; its own begin there. */
    static final int ARGUMENTS = 40;

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final CipherContext context;
    /** Room for the nonce, for a length that the library writes, and for a tag that is not in native memory. */
    private final long nonceAt;

    private final long lengthAt;
    private final long tagAt;
    private final long counterMask;
    private final byte[] tag = new byte[TAG];
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;
    private byte @Nullable [] lastTarget;
    private MemorySegment lastTargetSegment = MemorySegment.NULL;
    private byte @Nullable [] lastSource;
    private int lastFrom;
    private MemorySegment lastSourceSegment = MemorySegment.NULL;

    NativePacketContext(CipherContext context, byte[] vector) {
        this.context = context;
        nonceAt = context.argumentsAddress + NONCE;
        lengthAt = context.argumentsAddress + LENGTH;
        tagAt = context.argumentsAddress + TAG_AT;
        context.arguments.put(NONCE, vector);
        counterMask = context.arguments.getLong(COUNTER);
    }

    // ---- the calls; each says whether it went well

    /** Begins a packet with the nonce at an address. */
    abstract boolean begin(long nonce) throws Throwable;

    /** Works on bytes in native memory; an output of 0 is for what is only authenticated. */
    abstract boolean update(long output, long input, int length, long lengthAt) throws Throwable;

    /** Works on bytes that may be in the heap. */
    abstract boolean update(MemorySegment output, MemorySegment input, int length, long lengthAt) throws Throwable;

    /** Works on bytes in native memory and writes to the heap. */
    abstract boolean updateToHeap(MemorySegment output, long input, int length, long lengthAt) throws Throwable;

    /** Works on bytes in the heap and writes to native memory. */
    abstract boolean updateFromHeap(long output, MemorySegment input, int length, long lengthAt) throws Throwable;

    /** Ends a packet; false if it is opened and not authentic. */
    abstract boolean finish(long scratch, long lengthAt) throws Throwable;

    /** Writes the tag to an address after sealing, or takes that of a packet that is opened from there. */
    abstract boolean tag(long at) throws Throwable;

    // ----

    @Override
    public final void seal(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length) {
        try {
            start(number);
            if (buffer.isDirect()) {
                long base = address(buffer);
                boolean done = plain(0, base + aadOffset, aadLength)
                        && plain(base + offset, base + offset, length)
                        && finish(tagAt, lengthAt)
                        && tag(base + offset + length);
                Reference.reachabilityFence(buffer);
                check(done);
            } else {
                MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
                MemorySegment data = bytes.asSlice(offset, length);
                check(heap(MemorySegment.NULL, bytes.asSlice(aadOffset, aadLength), aadLength)
                        && heap(data, data, length)
                        && finish(tagAt, lengthAt)
                        && tag(tagAt));
                context.arguments.get(TAG_AT, tag);
                buffer.put(offset + length, tag);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public final void seal(
            long number,
            byte[] source,
            int from,
            ByteBuffer buffer,
            int aadOffset,
            int aadLength,
            int offset,
            int length) {
        if (!buffer.isDirect()) {
            PacketContext.super.seal(number, source, from, buffer, aadOffset, aadLength, offset, length);
            return;
        }
        try {
            start(number);
            long base = address(buffer);
            boolean done = plain(0, base + aadOffset, aadLength)
                    && (length == 0 || updateFromHeap(base + offset, segment(source, from), length, lengthAt))
                    && finish(tagAt, lengthAt)
                    && tag(base + offset + length);
            Reference.reachabilityFence(buffer);
            check(done);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public final boolean open(
            long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length, byte[] target) {
        try {
            start(number);
            MemorySegment opened = segment(target);
            if (buffer.isDirect()) {
                long base = address(buffer);
                check(tag(base + offset + length) && plain(0, base + aadOffset, aadLength));
                boolean authentic = (length == 0 || updateToHeap(opened, base + offset, length, lengthAt))
                        && finish(tagAt, lengthAt);
                Reference.reachabilityFence(buffer);
                return authentic;
            }
            buffer.get(offset + length, tag);
            context.arguments.put(TAG_AT, tag);
            MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
            check(tag(tagAt) && heap(MemorySegment.NULL, bytes.asSlice(aadOffset, aadLength), aadLength));
            return heap(opened, bytes.asSlice(offset, length), length) && finish(tagAt, lengthAt);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void start(long number) throws Throwable {
        // a nonce has the packet number with its most significant byte first (RFC 9001, 5.3)
        context.arguments.putLong(COUNTER, counterMask ^ (LITTLE_ENDIAN ? Long.reverseBytes(number) : number));
        check(begin(nonceAt));
    }

    private boolean plain(long output, long input, int length) throws Throwable {
        return length == 0 || update(output, input, length, lengthAt);
    }

    private boolean heap(MemorySegment output, MemorySegment input, int length) throws Throwable {
        return length == 0 || update(output, input, length, lengthAt);
    }

    private static void check(boolean done) {
        if (!done) {
            throw Library.failed("a packet's cipher");
        }
    }

    private long address(ByteBuffer buffer) {
        if (buffer != lastBuffer) {
            lastAddress = MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
            lastBuffer = buffer;
        }
        return lastAddress;
    }

    private MemorySegment segment(byte[] target) {
        if (target != lastTarget) {
            lastTargetSegment = MemorySegment.ofArray(target);
            lastTarget = target;
        }
        return lastTargetSegment;
    }

    private MemorySegment segment(byte[] source, int from) {
        if (source != lastSource || from != lastFrom) {
            lastSourceSegment = MemorySegment.ofArray(source).asSlice(from);
            lastSource = source;
            lastFrom = from;
        }
        return lastSourceSegment;
    }

    @Override
    public final void free() {
        context.free();
    }
}
