package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/** RSA of libcrypto. */
public final class LibcryptoRsa implements RsaEngine {
    private static final int NO_PADDING = 3;

    /** Binds the functions(). */
    public LibcryptoRsa() throws EngineUnavailableException {
        RsaFunctions.LOADED.get();
    }

    @Override
    public byte[] privateOperation(RsaPrivateNumbers numbers, byte[] block) {
        try (Scratch scratch = new Scratch(8L * block.length + 128)) {
            MemorySegment key = newKey();
            try {
                fill(key, numbers, scratch);
                return process(functions().privateOperation(), key, block, scratch);
            } finally {
                functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public byte[] publicOperation(RsaPublicNumbers numbers, byte[] block) {
        try (Scratch scratch = new Scratch(4L * block.length)) {
            MemorySegment key = newKey();
            try {
                MemorySegment modulus = functions().number(numbers.modulus(), scratch);
                MemorySegment exponent = functions().number(numbers.exponent(), scratch);
                if ((int) functions().setKey().invokeExact(key, modulus, exponent, NULL) != 1) {
                    throw Library.failed("RSA_set0_key");
                }
                return process(functions().publicOperation(), key, block, scratch);
            } finally {
                functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static byte[] process(MethodHandle operation, MemorySegment key, byte[] block, Scratch scratch)
            throws Throwable {
        MemorySegment result = scratch.allocate(block.length);
        if ((int) operation.invokeExact(block.length, scratch.copy(block), result, key, NO_PADDING) != block.length) {
            throw Library.failed("RSA");
        }
        return result.toArray(JAVA_BYTE);
    }

    private MemorySegment newKey() throws Throwable {
        MemorySegment key = (MemorySegment) functions().newKey().invokeExact();
        if (key.equals(NULL)) {
            throw Library.failed("RSA_new");
        }
        return key;
    }

    private void fill(MemorySegment key, RsaPrivateNumbers numbers, Scratch scratch) throws Throwable {
        MemorySegment modulus = functions().number(numbers.modulus(), scratch);
        MemorySegment exponent = functions().number(numbers.publicExponent(), scratch);
        MemorySegment secret = functions().number(numbers.privateExponent(), scratch);
        MemorySegment p = functions().number(numbers.p(), scratch);
        MemorySegment q = functions().number(numbers.q(), scratch);
        MemorySegment dp = functions().number(numbers.dp(), scratch);
        MemorySegment dq = functions().number(numbers.dq(), scratch);
        MemorySegment inverse = functions().number(numbers.qInverse(), scratch);
        if ((int) functions().setKey().invokeExact(key, modulus, exponent, secret) != 1
                || (int) functions().setFactors().invokeExact(key, p, q) != 1
                || (int) functions().setCrt().invokeExact(key, dp, dq, inverse) != 1) {
            throw Library.failed("RSA_set0_key");
        }
    }

    private static RsaFunctions functions() {
        return RsaFunctions.LOADED.bound();
    }
}
