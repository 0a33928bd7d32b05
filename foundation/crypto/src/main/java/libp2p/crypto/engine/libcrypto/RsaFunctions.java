package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.math.BigInteger;
import libp2p.crypto.engine.EngineUnavailableException;

/** The {@code RSA} functions. The numbers set into a key belong to it; freeing it wipes the private ones. */
record RsaFunctions(
        MethodHandle newKey,
        MethodHandle freeKey,
        MethodHandle setKey,
        MethodHandle setFactors,
        MethodHandle setCrt,
        MethodHandle newNumber,
        MethodHandle privateOperation,
        MethodHandle publicOperation) {

    static final Library.Loaded<RsaFunctions> LOADED = Library.bind(RsaFunctions::bind);

    private static RsaFunctions bind(Library library) throws EngineUnavailableException {
        return new RsaFunctions(
                library.function("RSA_new", 0),
                library.function("RSA_free", 1),
                library.function("RSA_set0_key", 4),
                library.function("RSA_set0_factors", 3),
                library.function("RSA_set0_crt_params", 4),
                library.function("BN_bin2bn", 3),
                library.function("RSA_private_encrypt", 5),
                library.function("RSA_public_decrypt", 5));
    }

    long number(BigInteger value, Scratch scratch) throws Throwable {
        MemorySegment bytes = scratch.copy(value.toByteArray());
        return (long) newNumber.invokeExact(bytes.address(), bytes.byteSize(), 0L);
    }
}
