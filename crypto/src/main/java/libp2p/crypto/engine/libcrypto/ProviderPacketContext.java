package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.PacketContext;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one direction, by the functions of the provider. Those in direct buffers are worked on by plain addresses; opening
 * writes to the heap, so that it is the only copy. Buffers and targets are few and used again and again, so the last of each
 * is remembered with its address.
 */
final class ProviderPacketContext implements PacketContext {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();
    private static final int TAG = AeadAlgorithm.TAG_LENGTH;
    private static final long NONCE_LENGTH = AeadAlgorithm.NONCE_LENGTH;

    /** The eight bytes that change with each packet are aligned: others are put together byte by byte. */
    private static final int COUNTER = 8;

    private static final int NONCE = COUNTER + Long.BYTES - AeadAlgorithm.NONCE_LENGTH;
    private static final int LENGTH = 16;
    private static final int TAG_AT = 24;

    // OSSL_PARAM: key, type, data, size, returned size; a second one of zeros ends the list
    private static final int PARAMETER = 40;
    private static final int TYPE = PARAMETER + 8;
    private static final int DATA = PARAMETER + 16;
    private static final int SIZE = PARAMETER + 24;
    private static final int ARGUMENTS = PARAMETER + 2 * 40;
    private static final int OCTETS = 5;

    private final ProviderContext context;
    private final long address;
    private final long arguments;
    private final MemorySegment init;
    private final MemorySegment update;
    private final MemorySegment finish;
    private final MemorySegment parameters;
    private final long counterMask;
    private final byte[] tag = new byte[TAG];
    private @Nullable ByteBuffer lastBuffer;
    private long lastAddress;
    private byte @Nullable [] lastTarget;
    private MemorySegment lastTargetSegment = MemorySegment.NULL;

    ProviderPacketContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        ProviderCipher cipher = FUNCTIONS.cipher(algorithm);
        context = new ProviderContext(cipher, key, sealing, ARGUMENTS);
        address = context.address;
        arguments = context.argumentsAddress;
        init = sealing ? cipher.encryptInit() : cipher.decryptInit();
        update = cipher.update();
        finish = cipher.finish();
        parameters = sealing ? cipher.getParameters() : cipher.setParameters();
        context.arguments
                .put(NONCE, vector)
                .putLong(PARAMETER, FUNCTIONS.tagName().address())
                .putInt(TYPE, OCTETS)
                .putLong(SIZE, TAG);
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
                        && tag(base + offset + length);
                Reference.reachabilityFence(buffer);
                check(done);
            } else {
                MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
                MemorySegment data = bytes.asSlice(offset, length);
                check(update(MemorySegment.NULL, bytes.asSlice(aadOffset, aadLength), aadLength)
                        && update(data, data, length)
                        && finish()
                        && tag(arguments + TAG_AT));
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
                check(tag(base + offset + length) && update(0, base + aadOffset, aadLength));
                boolean authentic = (length == 0
                                || (int) FUNCTIONS
                                                .updateToHeap()
                                                .invokeExact(
                                                        update,
                                                        address,
                                                        plain,
                                                        arguments + LENGTH,
                                                        (long) length,
                                                        base + offset,
                                                        (long) length)
                                        == 1)
                        && finish();
                Reference.reachabilityFence(buffer);
                return authentic;
            }
            buffer.get(offset + length, tag);
            context.arguments.put(TAG_AT, tag);
            MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate().clear());
            check(tag(arguments + TAG_AT)
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
            check((int) FUNCTIONS.init().invokeExact(init, address, 0L, 0L, arguments + NONCE, NONCE_LENGTH, 0L) == 1);
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static void check(boolean done) {
        if (!done) {
            throw Library.failed("a provider's cipher");
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
                                .invokeExact(update, address, output, arguments + LENGTH, (long) length, input, (long)
                                        length)
                        == 1;
    }

    private boolean update(MemorySegment output, MemorySegment input, int length) throws Throwable {
        return length == 0
                || (int) FUNCTIONS
                                .updateHeap()
                                .invokeExact(update, address, output, arguments + LENGTH, (long) length, input, (long)
                                        length)
                        == 1;
    }

    private boolean finish() throws Throwable {
        return (int) FUNCTIONS.finish().invokeExact(finish, address, arguments + TAG_AT, arguments + LENGTH, 0L) == 1;
    }

    /** Writes the tag to an address, or takes that of a packet that is opened from there. */
    private boolean tag(long at) throws Throwable {
        context.arguments.putLong(DATA, at);
        return (int) FUNCTIONS.parameters().invokeExact(parameters, address, arguments + PARAMETER) == 1;
    }

    @Override
    public void free() {
        context.free();
    }
}
