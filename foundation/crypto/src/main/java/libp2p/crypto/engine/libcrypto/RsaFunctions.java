package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
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
        FunctionDescriptor threeNumbers = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        FunctionDescriptor operation = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        return new RsaFunctions(
                library.function("RSA_new", FunctionDescriptor.of(ADDRESS)),
                library.function("RSA_free", FunctionDescriptor.ofVoid(ADDRESS)),
                library.function("RSA_set0_key", threeNumbers),
                library.function("RSA_set0_factors", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS)),
                library.function("RSA_set0_crt_params", threeNumbers),
                library.function("BN_bin2bn", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS)),
                library.function("RSA_private_encrypt", operation),
                library.function("RSA_public_decrypt", operation));
    }

    MemorySegment number(BigInteger value, Scratch scratch) throws Throwable {
        byte[] bytes = value.toByteArray();
        return (MemorySegment) newNumber.invokeExact(scratch.copy(bytes), bytes.length, MemorySegment.NULL);
    }
}
