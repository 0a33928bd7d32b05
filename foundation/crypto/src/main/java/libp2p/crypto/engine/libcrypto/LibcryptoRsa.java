package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;

/** RSA of libcrypto. */
public final class LibcryptoRsa implements RsaEngine {
    private static final long NO_PADDING = 3;

    /** Binds the functions(). */
    public LibcryptoRsa() throws EngineUnavailableException {
        RsaFunctions.LOADED.get();
    }

    @Override
    public byte[] privateOperation(RsaPrivateNumbers numbers, byte[] block) {
        try (Scratch scratch = new Scratch(8L * block.length + 128)) {
            long key = newKey();
            try {
                fill(key, numbers, scratch);
                return process(functions().privateOperation(), key, block, scratch);
            } finally {
                long _ = (long) functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    @Override
    public byte[] publicOperation(RsaPublicNumbers numbers, byte[] block) {
        try (Scratch scratch = new Scratch(4L * block.length)) {
            long key = newKey();
            try {
                long modulus = functions().number(numbers.modulus(), scratch);
                long exponent = functions().number(numbers.exponent(), scratch);
                if ((int) (long) functions().setKey().invokeExact(key, modulus, exponent, 0L) != 1) {
                    throw Library.failed("RSA_set0_key");
                }
                return process(functions().publicOperation(), key, block, scratch);
            } finally {
                long _ = (long) functions().freeKey().invokeExact(key);
            }
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static byte[] process(MethodHandle operation, long key, byte[] block, Scratch scratch) throws Throwable {
        MemorySegment result = scratch.allocate(block.length);
        MemorySegment input = scratch.copy(block);
        if ((int) (long) operation.invokeExact(input.byteSize(), input.address(), result.address(), key, NO_PADDING)
                != block.length) {
            throw Library.failed("RSA");
        }
        return result.toArray(JAVA_BYTE);
    }

    private long newKey() throws Throwable {
        long key = (long) functions().newKey().invokeExact();
        if (key == 0) {
            throw Library.failed("RSA_new");
        }
        return key;
    }

    private void fill(long key, RsaPrivateNumbers numbers, Scratch scratch) throws Throwable {
        long modulus = functions().number(numbers.modulus(), scratch);
        long exponent = functions().number(numbers.publicExponent(), scratch);
        long secret = functions().number(numbers.privateExponent(), scratch);
        long p = functions().number(numbers.p(), scratch);
        long q = functions().number(numbers.q(), scratch);
        long dp = functions().number(numbers.dp(), scratch);
        long dq = functions().number(numbers.dq(), scratch);
        long inverse = functions().number(numbers.qInverse(), scratch);
        if ((int) (long) functions().setKey().invokeExact(key, modulus, exponent, secret) != 1
                || (int) (long) functions().setFactors().invokeExact(key, p, q) != 1
                || (int) (long) functions().setCrt().invokeExact(key, dp, dq, inverse) != 1) {
            throw Library.failed("RSA_set0_key");
        }
    }

    private static RsaFunctions functions() {
        return RsaFunctions.LOADED.bound();
    }
}
