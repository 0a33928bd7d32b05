package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import libp2p.crypto.algorithm.AeadAlgorithm;

/** Packets of one direction, by the {@code EVP_CIPHER} functions. */
final class LibcryptoPacketContext extends NativePacketContext {
    private static final PacketFunctions FUNCTIONS = PacketFunctions.LOADED.bound();
    private static final CipherFunctions CIPHERS = CipherFunctions.LOADED.bound();
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;

    private final long address;
    private final int tagCommand;

    LibcryptoPacketContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        this(LibcryptoContexts.of(CIPHERS.cipher(algorithm), key, sealing, ARGUMENTS), vector, sealing);
    }

    private LibcryptoPacketContext(CipherContext context, byte[] vector, boolean sealing) {
        super(context, vector);
        address = context.address;
        tagCommand = sealing ? GET_TAG : SET_TAG;
    }

    @Override
    boolean begin(long nonce) throws Throwable {
        return (int) FUNCTIONS.setNonce().invokeExact(address, 0L, 0L, 0L, nonce, -1) == 1;
    }

    @Override
    boolean update(long output, long input, int length, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.update().invokeExact(address, output, lengthAt, input, length) == 1;
    }

    @Override
    boolean update(MemorySegment output, MemorySegment input, int length, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.updateHeap().invokeExact(address, output, lengthAt, input, length) == 1;
    }

    @Override
    boolean updateToHeap(MemorySegment output, long input, int length, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.updateToHeap().invokeExact(address, output, lengthAt, input, length) == 1;
    }

    @Override
    boolean updateFromHeap(long output, MemorySegment input, int length, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.updateFromHeap().invokeExact(address, output, lengthAt, input, length) == 1;
    }

    @Override
    boolean finish(long scratch, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.finish().invokeExact(address, scratch, lengthAt) == 1;
    }

    @Override
    boolean tag(long at) throws Throwable {
        return (int) FUNCTIONS.control().invokeExact(address, tagCommand, TAG, at) == 1;
    }
}
