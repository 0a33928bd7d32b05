package libp2p.crypto.engine.libcrypto;

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
        return new EcFunctions(
                library.function("EC_KEY_new_by_curve_name", 1),
                library.function("EC_KEY_free", 1),
                library.function("EC_KEY_oct2key", 4),
                library.function("ECDSA_SIG_new", 0),
                library.function("ECDSA_SIG_free", 1),
                library.function("ECDSA_SIG_set0", 3),
                library.function("BN_bin2bn", 3),
                library.function("BN_clear_free", 1),
                library.function("EC_GROUP_new_by_curve_name", 1),
                library.function("EC_POINT_new", 1),
                library.function("EC_POINT_clear_free", 1),
                library.function("EC_POINT_mul", 6),
                library.function("EC_POINT_point2oct", 6),
                library.function("ECDSA_do_verify", 4));
    }
}
