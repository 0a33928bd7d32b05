package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * The functions of one cipher, by their addresses, for contexts that belong to a provider. Found by what the manual has
 * for it: {@code EVP_CIPHER_fetch}, {@code EVP_CIPHER_get0_provider}, {@code OSSL_PROVIDER_query_operation}. The
 * fetched cipher is never freed, so that its provider stays.
 */
record ProviderCipher(
        long provider,
        MemorySegment newContext,
        MemorySegment freeContext,
        MemorySegment encryptInit,
        MemorySegment decryptInit,
        MemorySegment update,
        MemorySegment finish,
        MemorySegment getParameters,
        MemorySegment setParameters) {
    // of openssl/core_dispatch.h
    private static final long OPERATION_CIPHER = 2;
    private static final int NEW_CONTEXT = 1;
    private static final int ENCRYPT_INIT = 2;
    private static final int DECRYPT_INIT = 3;
    private static final int UPDATE = 4;
    private static final int FINAL = 5;
    private static final int FREE_CONTEXT = 7;
    private static final int GET_PARAMETERS = 10;
    private static final int SET_PARAMETERS = 11;
    private static final int FUNCTIONS = 12;

    /** {@code OSSL_ALGORITHM}: names, properties, functions, description. */
    private static final long ALGORITHM_SIZE = 4 * Long.BYTES;

    private static final long IMPLEMENTATION_AT = 2 * Long.BYTES;
    /** {@code OSSL_DISPATCH}: a number and a function. */
    private static final long DISPATCH_SIZE = 2 * Long.BYTES;

    private static final int MOST_ALGORITHMS = 1000;
    private static final int MOST_FUNCTIONS = 64;
    private static final int MOST_NAMES = 1024;

    /** A string that stays. */
    static MemorySegment text(String text) {
        return Arena.global().allocateFrom(text);
    }

    static ProviderCipher fetch(Library library, String name) throws EngineUnavailableException {
        MethodHandle fetch = library.function("EVP_CIPHER_fetch", 3);
        MethodHandle provider = library.function("EVP_CIPHER_get0_provider", 1);
        MethodHandle context = library.function("OSSL_PROVIDER_get0_provider_ctx", 1);
        MethodHandle query = library.function("OSSL_PROVIDER_query_operation", 3);
        try (Arena arena = Arena.ofConfined()) {
            long cipher = (long) fetch.invokeExact(0L, arena.allocateFrom(name).address(), 0L);
            if (cipher == 0) {
                throw new EngineUnavailableException("libcrypto has no " + name);
            }
            long owner = (long) provider.invokeExact(cipher);
            MemorySegment noCache = arena.allocate(Integer.BYTES, Integer.BYTES);
            long algorithms = (long) query.invokeExact(owner, OPERATION_CIPHER, noCache.address());
            return of((long) context.invokeExact(owner), functions(MemorySegment.ofAddress(algorithms), name), name);
        } catch (EngineUnavailableException absent) {
            throw absent;
        } catch (Throwable failure) {
            throw Library.unexpected(failure);
        }
    }

    private static ProviderCipher of(long context, MemorySegment[] found, String name)
            throws EngineUnavailableException {
        int[] needed = {
            NEW_CONTEXT, FREE_CONTEXT, ENCRYPT_INIT, DECRYPT_INIT, UPDATE, FINAL, GET_PARAMETERS, SET_PARAMETERS
        };
        for (int number : needed) {
            if (found[number] == null || found[number].address() == 0) {
                throw new EngineUnavailableException("the provider's " + name + " lacks function " + number);
            }
        }
        return new ProviderCipher(
                context,
                found[NEW_CONTEXT],
                found[FREE_CONTEXT],
                found[ENCRYPT_INIT],
                found[DECRYPT_INIT],
                found[UPDATE],
                found[FINAL],
                found[GET_PARAMETERS],
                found[SET_PARAMETERS]);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment[] functions(MemorySegment algorithms, String name) throws EngineUnavailableException {
        MemorySegment table = algorithms.reinterpret(MOST_ALGORITHMS * ALGORITHM_SIZE);
        for (int i = 0; algorithms.address() != 0 && i < MOST_ALGORITHMS; i++) {
            MemorySegment names = table.get(ADDRESS, i * ALGORITHM_SIZE);
            if (names.address() == 0) {
                break;
            }
            if (isAmong(name, names.reinterpret(MOST_NAMES).getString(0))) {
                return functions(table.get(ADDRESS, i * ALGORITHM_SIZE + IMPLEMENTATION_AT));
            }
        }
        throw new EngineUnavailableException("the provider does not list " + name);
    }

    private static boolean isAmong(String name, String names) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String one : names.toLowerCase(Locale.ROOT).split(":")) {
            if (one.equals(lower)) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("restricted")
    private static MemorySegment[] functions(MemorySegment dispatch) {
        MemorySegment table = dispatch.reinterpret(MOST_FUNCTIONS * DISPATCH_SIZE);
        MemorySegment[] found = new MemorySegment[FUNCTIONS];
        for (int i = 0; i < MOST_FUNCTIONS; i++) {
            int number = table.get(JAVA_INT, i * DISPATCH_SIZE);
            if (number == 0) {
                break;
            }
            if (number > 0 && number < FUNCTIONS) {
                found[number] = table.get(ADDRESS, i * DISPATCH_SIZE + Long.BYTES);
            }
        }
        return found;
    }
}
