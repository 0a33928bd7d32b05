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
 * with its address.
 */
final class LibcryptoPacketContext implements PacketContext {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();
    private static final CipherFunctions CIPHERS = CipherFunctions.LOADED.bound();
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    private static final int TAG = AeadAlgorithm.TAG_LENGTH;

    /** The eight bytes that change with each packet are aligned: others are put together byte by byte. */
    private static final int COUNTER = 8;

    private static final int NONCE = COUNTER + Long.BYTES - AeadAlgorithm.NONCE_LENGTH;
    private static final int LENGTH = 16;
    private static final int TAG_AT = 32;
    private static final int ARGUMENTS = 64;

    private final CipherContext context;
    private final long counterMask;
    private final byte[] tag = new byte[TAG];
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;
    private byte @Nullable [] lastTarget;
    private MemorySegment lastTargetSegment = MemorySegment.NULL;

    LibcryptoPacketContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        context = new CipherContext(CIPHERS.cipher(algorithm), key, sealing, ARGUMENTS);
        context.arguments.order(ByteOrder.LITTLE_ENDIAN).put(NONCE, vector);
        counterMask = context.arguments.getLong(COUNTER);
    }

    @Override
    public void seal(long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length) {
        begin(number);
        try {
            if (buffer.isDirect()) {
                long base = address(buffer);
                boolean done = update(0, base + aadOffset, aadLength)
                        && update(base + offset, base + offset, length)
                        && finish()
                        && control(GET_TAG, base + offset + length);
                Reference.reachabilityFence(buffer);
                check(done);
            } else {
                MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
                MemorySegment data = bytes.asSlice(offset, length);
                check(update(MemorySegment.NULL, bytes.asSlice(aadOffset, aadLength), aadLength)
                        && update(data, data, length)
                        && finish()
                        && control(GET_TAG, context.argumentsAddress + TAG_AT));
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
    public boolean open(
            long number, ByteBuffer buffer, int aadOffset, int aadLength, int offset, int length, byte[] target) {
        begin(number);
        try {
            MemorySegment plain = segment(target);
            if (buffer.isDirect()) {
                long base = address(buffer);
                check(control(SET_TAG, base + offset + length) && update(0, base + aadOffset, aadLength));
                boolean authentic = (length == 0
                                || (int) FUNCTIONS
                                                .updateToHeap()
                                                .invokeExact(
                                                        context.address,
                                                        plain,
                                                        context.argumentsAddress + LENGTH,
                                                        base + offset,
                                                        length)
                                        == 1)
                        && finish();
                Reference.reachabilityFence(buffer);
                return authentic;
            }
            buffer.get(offset + length, tag);
            context.arguments.put(TAG_AT, tag);
            MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
            check(control(SET_TAG, context.argumentsAddress + TAG_AT)
                    && update(MemorySegment.NULL, bytes.asSlice(aadOffset, aadLength), aadLength));
            return update(plain, bytes.asSlice(offset, length), length) && finish();
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void begin(long number) {
        context.arguments.putLong(COUNTER, counterMask ^ Long.reverseBytes(number));
        try {
            long nonce = context.argumentsAddress + NONCE;
            check((int) FUNCTIONS.setNonce().invokeExact(context.address, 0L, 0L, 0L, nonce, -1) == 1);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static void check(boolean done) {
        if (!done) {
            throw Library.failed("EVP_CipherUpdate");
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

    private boolean update(long output, long input, int length) throws Throwable {
        return length == 0
                || (int) FUNCTIONS
                                .update()
                                .invokeExact(context.address, output, context.argumentsAddress + LENGTH, input, length)
                        == 1;
    }

    private boolean update(MemorySegment output, MemorySegment input, int length) throws Throwable {
        return length == 0
                || (int) FUNCTIONS
                                .updateHeap()
                                .invokeExact(context.address, output, context.argumentsAddress + LENGTH, input, length)
                        == 1;
    }

    private boolean finish() throws Throwable {
        long arguments = context.argumentsAddress;
        return (int) FUNCTIONS.finish().invokeExact(context.address, arguments + TAG_AT, arguments + LENGTH) == 1;
    }

    private boolean control(int command, long address) throws Throwable {
        return (int) FUNCTIONS.control().invokeExact(context.address, command, TAG, address) == 1;
    }

    @Override
    public void free() {
        context.free();
    }
}
