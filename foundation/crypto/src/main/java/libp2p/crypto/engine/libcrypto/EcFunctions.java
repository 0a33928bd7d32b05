package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;

/** The {@code EC_KEY} functions: unlike the {@code EVP} ones they cost no look-up per call in version 3. */
record EcFunctions(
        MethodHandle newKey,
        MethodHandle freeKey,
        MethodHandle setPoint,
        MethodHandle newSignature,
        MethodHandle freeSignature,
        MethodHandle setSignature,
        MethodHandle newNumber,
        MethodHandle wipeNumber,
        MethodHandle newGroup,
        MethodHandle newPoint,
        MethodHandle wipePoint,
        MethodHandle multiply,
        MethodHandle encodePoint,
        MethodHandle verify) {

    static final Library.Loaded<EcFunctions> LOADED = Library.bind(EcFunctions::bind);

    private static EcFunctions bind(Library library) throws EngineUnavailableException {
        FunctionDescriptor release = FunctionDescriptor.ofVoid(ADDRESS);
        return new EcFunctions(
                library.function("EC_KEY_new_by_curve_name", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                library.function("EC_KEY_free", release),
                library.function(
                        "EC_KEY_oct2key", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS)),
                library.function("ECDSA_SIG_new", FunctionDescriptor.of(ADDRESS)),
                library.function("ECDSA_SIG_free", release),
                library.function("ECDSA_SIG_set0", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS)),
                library.function("BN_bin2bn", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS)),
                library.function("BN_clear_free", release),
                library.function("EC_GROUP_new_by_curve_name", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                library.function("EC_POINT_new", FunctionDescriptor.of(ADDRESS, ADDRESS)),
                library.function("EC_POINT_clear_free", release),
                library.function(
                        "EC_POINT_mul",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
                library.function(
                        "EC_POINT_point2oct",
                        FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS)),
                library.function(
                        "ECDSA_do_verify", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS)));
    }
}
