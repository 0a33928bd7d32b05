package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import libp2p.crypto.algorithm.AeadAlgorithm;

/** Packets of one direction, by the functions of the provider. */
final class ProviderPacketContext extends NativePacketContext {
    private static final ProviderFunctions FUNCTIONS = ProviderFunctions.LOADED.bound();
    private static final long NONCE_LENGTH = AeadAlgorithm.NONCE_LENGTH;

    // OSSL_PARAM: key, type, data, size, returned size; a second one of zeros ends the list
    private static final int PARAMETER = ARGUMENTS;
    private static final int TYPE = PARAMETER + 8;
    private static final int DATA = PARAMETER + 16;
    private static final int SIZE = PARAMETER + 24;
    private static final int ALL_ARGUMENTS = PARAMETER + 2 * 40;
    private static final int OCTETS = 5;

    private final long address;
    private final ByteBuffer arguments;
    private final long parameter;
    private final MemorySegment init;
    private final MemorySegment update;
    private final MemorySegment finish;
    private final MemorySegment parameters;

    ProviderPacketContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        this(FUNCTIONS.cipher(algorithm), key, vector, sealing);
    }

    private ProviderPacketContext(ProviderCipher cipher, byte[] key, byte[] vector, boolean sealing) {
        this(ProviderContexts.of(cipher, key, sealing, ALL_ARGUMENTS), cipher, vector, sealing);
    }

    private ProviderPacketContext(CipherContext context, ProviderCipher cipher, byte[] vector, boolean sealing) {
        super(context, vector);
        address = context.address;
        arguments = context.arguments;
        parameter = context.argumentsAddress + PARAMETER;
        init = sealing ? cipher.encryptInit() : cipher.decryptInit();
        update = cipher.update();
        finish = cipher.finish();
        parameters = sealing ? cipher.getParameters() : cipher.setParameters();
        arguments
                .putLong(PARAMETER, FUNCTIONS.tagName().address())
                .putInt(TYPE, OCTETS)
                .putLong(SIZE, TAG);
    }

    @Override
    boolean begin(long nonce) throws Throwable {
        return (int) FUNCTIONS.init().invokeExact(init, address, 0L, 0L, nonce, NONCE_LENGTH, 0L) == 1;
    }

    @Override
    boolean update(long output, long input, int length, long lengthAt) throws Throwable {
        long bytes = length;
        return (int) FUNCTIONS.update().invokeExact(update, address, output, lengthAt, bytes, input, bytes) == 1;
    }

    @Override
    boolean update(MemorySegment output, MemorySegment input, int length, long lengthAt) throws Throwable {
        long bytes = length;
        return (int) FUNCTIONS.updateHeap().invokeExact(update, address, output, lengthAt, bytes, input, bytes) == 1;
    }

    @Override
    boolean updateToHeap(MemorySegment output, long input, int length, long lengthAt) throws Throwable {
        long bytes = length;
        return (int) FUNCTIONS.updateToHeap().invokeExact(update, address, output, lengthAt, bytes, input, bytes) == 1;
    }

    @Override
    boolean updateFromHeap(long output, MemorySegment input, int length, long lengthAt) throws Throwable {
        long bytes = length;
        return (int) FUNCTIONS.updateFromHeap().invokeExact(update, address, output, lengthAt, bytes, input, bytes)
                == 1;
    }

    @Override
    boolean finish(long scratch, long lengthAt) throws Throwable {
        return (int) FUNCTIONS.finish().invokeExact(finish, address, scratch, lengthAt, 0L) == 1;
    }

    @Override
    boolean tag(long at) throws Throwable {
        arguments.putLong(DATA, at);
        return (int) FUNCTIONS.parameters().invokeExact(parameters, address, parameter) == 1;
    }
}
