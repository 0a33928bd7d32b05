package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;

/**
 * One {@code EVP_CIPHER_CTX} for the life of a direction: the key is set once, each record sets the nonce alone. The
 * library wipes the key when it frees the context, which happens at the latest when this object is collected.
 */
final class LibcryptoAeadContext implements AeadContext {
    private static final CipherFunctions FUNCTIONS = CipherFunctions.LOADED.bound();

    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    private static final int TAG = AeadAlgorithm.TAG_LENGTH;

    /** The longest piece of heap memory per call: about 30 microseconds, during which garbage collection waits. */
    private static final int HEAP_CHUNK = 64 * 1024;

    private final MemorySegment context;
    private final Release release;
    private final byte[] nonceBytes = new byte[AeadAlgorithm.NONCE_LENGTH];
    private final byte[] tagBytes = new byte[TAG];
    private final MemorySegment nonceMemory = MemorySegment.ofArray(nonceBytes);
    private final MemorySegment tagMemory = MemorySegment.ofArray(tagBytes);
    private final MemorySegment lengthMemory = MemorySegment.ofArray(new int[1]);
    /** The length that {@code update} reports must be in native memory where the data is. */
    private final MemorySegment nativeLength;

    @SuppressWarnings("restricted")
    LibcryptoAeadContext(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
        Arena collected = Arena.ofAuto();
        try {
            long raw = (long) FUNCTIONS.newContext().invokeExact();
            if (raw == 0) {
                throw Library.failed("EVP_CIPHER_CTX_new");
            }
            release = new Release(raw, new AtomicBoolean());
            Release cleanup = release;
            context = MemorySegment.ofAddress(raw).reinterpret(collected, ignored -> cleanup.run());
            nativeLength = collected.allocate(4, 4);
            MemorySegment cipher = FUNCTIONS.cipher(algorithm);
            int done = (int) FUNCTIONS
                    .init()
                    .invokeExact(
                            context,
                            cipher,
                            MemorySegment.NULL,
                            MemorySegment.ofArray(key),
                            MemorySegment.NULL,
                            sealing ? 1 : 0);
            if (done != 1) {
                release.run();
                throw Library.failed("EVP_CipherInit_ex");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public void seal(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
        begin(nonce, aad);
        if (!update(buffer, offset, length) || !finish() || !control(GET_TAG)) {
            throw Library.failed("EVP_CipherUpdate");
        }
        buffer.put(offset + length, tagBytes);
    }

    @Override
    public boolean open(byte[] nonce, byte[] aad, ByteBuffer buffer, int offset, int length) {
        begin(nonce, aad);
        buffer.get(offset + length, tagBytes);
        if (!control(SET_TAG)) {
            throw Library.failed("EVP_CIPHER_CTX_ctrl");
        }
        return update(buffer, offset, length) && finish();
    }

    @Override
    public void free() {
        release.run();
    }

    private void begin(byte[] nonce, byte[] aad) {
        System.arraycopy(nonce, 0, nonceBytes, 0, nonceBytes.length);
        try {
            int done = (int) FUNCTIONS
                    .init()
                    .invokeExact(context, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, nonceMemory, -1);
            if (done == 1 && aad.length > 0) {
                done = (int) FUNCTIONS
                        .updateHeap()
                        .invokeExact(context, MemorySegment.NULL, lengthMemory, MemorySegment.ofArray(aad), aad.length);
            }
            if (done != 1) {
                throw Library.failed("EVP_CipherInit_ex");
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private boolean update(ByteBuffer buffer, int offset, int length) {
        if (length == 0) {
            return true;
        }
        if (!buffer.isDirect()) {
            return updateHeap(MemorySegment.ofArray(buffer.array()), buffer.arrayOffset() + offset, length);
        }
        MemorySegment data = MemorySegment.ofBuffer(buffer.slice(offset, length));
        try {
            return (int) FUNCTIONS.update().invokeExact(context, data, nativeLength, data, length) == 1;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private boolean updateHeap(MemorySegment array, int offset, int length) {
        for (int done = 0; done < length; done += HEAP_CHUNK) {
            int size = Math.min(HEAP_CHUNK, length - done);
            MemorySegment chunk = array.asSlice(offset + done, size);
            try {
                if ((int) FUNCTIONS.updateHeap().invokeExact(context, chunk, lengthMemory, chunk, size) != 1) {
                    return false;
                }
            } catch (Throwable failure) {
                throw Library.unexpected(failure);
            }
        }
        return true;
    }

    private boolean finish() {
        try {
            return (int) FUNCTIONS.finish().invokeExact(context, tagMemory, lengthMemory) == 1;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private boolean control(int command) {
        try {
            return (int) FUNCTIONS.control().invokeExact(context, command, TAG, tagMemory) == 1;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    /** Frees the context once; must not hold the object whose collection triggers it. */
    private record Release(long context, AtomicBoolean done) {
        void run() {
            if (done.compareAndSet(false, true)) {
                try {
                    long _ = (long) FUNCTIONS.freeContext().invokeExact(context);
                } catch (Throwable failure) {
                    throw Library.unexpected(failure);
                }
            }
        }
    }
}
