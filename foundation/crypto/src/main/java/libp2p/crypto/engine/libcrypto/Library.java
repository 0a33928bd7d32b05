package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import libp2p.crypto.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's libcrypto, 1.1.1 or later, loaded once for the process and never unloaded. Looked for only if this module
 * has native access, and only under names that carry a version: an unversioned name may be another library, and on
 * macOS loading it ends the process.
 */
public final class Library {
    /** A system property with the path of the library; it is tried before the usual names. */
    public static final String PATH_PROPERTY = "libp2p.crypto.libcrypto";

    private static final long VERSION_1_1_1 = 0x10101000L;
    /** Without it the library tears itself down in {@code exit()} while other threads may still be inside. */
    private static final long INIT_NO_ATEXIT = 0x00080000L;

    private static final Loaded<Library> LOADED = open();

    private final SymbolLookup symbols;
    private final String version;

    @SuppressWarnings("restricted")
    private Library(SymbolLookup symbols) throws EngineUnavailableException {
        this.symbols = symbols;
        MethodHandle init = function("OPENSSL_init_crypto", 2);
        MethodHandle number = function("OpenSSL_version_num", 0);
        MethodHandle text = function("OpenSSL_version", 1);
        try {
            int initialised = (int) (long) init.invokeExact(INIT_NO_ATEXIT, 0L);
            long versionNumber = (long) number.invokeExact();
            if (initialised != 1 || versionNumber < VERSION_1_1_1) {
                throw new EngineUnavailableException(
                        "libcrypto of version 0x%x, needs 1.1.1 or later".formatted(versionNumber));
            }
            version = MemorySegment.ofAddress((long) text.invokeExact(0L))
                    .reinterpret(256)
                    .getString(0);
        } catch (EngineUnavailableException tooOld) {
            throw tooOld;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** For example {@code OpenSSL 3.0.19 27 Jan 2026}, or why there is no library. */
    public static String version() {
        Library library = LOADED.functions();
        return library == null ? LOADED.reason() : library.version;
    }

    /** The library itself. */
    static Library loaded() throws EngineUnavailableException {
        return LOADED.get();
    }

    /** Builds a table of functions from the library. */
    @FunctionalInterface
    interface Binder<F> {
        F bind(Library library) throws EngineUnavailableException;
    }

    /**
     * A table of functions, or the reason why there is none. In a static final field it is a constant to the JIT, with
     * all that is in it: records' fields are trusted, and calls through constant handles are plain calls.
     */
    record Loaded<F>(@Nullable F functions, String reason) {
        F get() throws EngineUnavailableException {
            if (functions == null) {
                throw new EngineUnavailableException(reason);
            }
            return functions;
        }

        /** The table, once {@link #get} has returned it. */
        F bound() {
            return requireNonNull(functions);
        }
    }

    static <F> Loaded<F> bind(Binder<F> binder) {
        try {
            return new Loaded<>(binder.bind(LOADED.get()), "");
        } catch (EngineUnavailableException unavailable) {
            return new Loaded<>(null, String.valueOf(unavailable.getMessage()));
        }
    }

    /**
     * A function of integers and pointers, all as {@code long}, which is the register that they travel in: so there are
     * few types of functions, for each of which the JVM spins a stub and some ten classes. The upper half of the result
     * of a function that returns an {@code int} is undefined, and all of it of one that returns nothing.
     */
    MethodHandle function(String name, int arguments) throws EngineUnavailableException {
        MemoryLayout[] types = new MemoryLayout[arguments];
        Arrays.fill(types, JAVA_LONG);
        return function(name, FunctionDescriptor.of(JAVA_LONG, types));
    }

    /** Refuses a library that lacks one of the functions, which are bound when they are first needed. */
    void require(String... names) throws EngineUnavailableException {
        for (String name : names) {
            symbol(name);
        }
    }

    /** A function that runs in the native thread state: no heap memory, and garbage collection goes on meanwhile. */
    @SuppressWarnings("restricted")
    MethodHandle function(String name, FunctionDescriptor descriptor) throws EngineUnavailableException {
        return Linker.nativeLinker().downcallHandle(symbol(name), descriptor);
    }

    /** A function that takes heap memory; garbage collection waits for it, so calls must be short. */
    @SuppressWarnings("restricted")
    MethodHandle critical(String name, FunctionDescriptor descriptor) throws EngineUnavailableException {
        return Linker.nativeLinker().downcallHandle(symbol(name), descriptor, Linker.Option.critical(true));
    }

    /** A function that is short and takes no heap memory: it is entered without a change of the thread's state. */
    @SuppressWarnings("restricted")
    MethodHandle quick(String name, FunctionDescriptor descriptor) throws EngineUnavailableException {
        return Linker.nativeLinker().downcallHandle(symbol(name), descriptor, Linker.Option.critical(false));
    }

    private MemorySegment symbol(String name) throws EngineUnavailableException {
        return symbols.find(name).orElseThrow(() -> new EngineUnavailableException("libcrypto lacks " + name));
    }

    /** The exception of a call that cannot throw. */
    static RuntimeException unexpected(Throwable failure) {
        if (failure instanceof RuntimeException runtime) {
            return runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }

    static IllegalStateException failed(String function) {
        return new IllegalStateException("libcrypto: " + function + " failed");
    }

    private static Loaded<Library> open() {
        Module module = Library.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            String reason = "no native access: start with --enable-native-access=" + name;
            System.getLogger(Library.class.getName())
                    .log(System.Logger.Level.INFO, "libcrypto would make handshakes and ciphers faster, but " + reason);
            return new Loaded<>(null, reason);
        }
        List<String> names = names();
        try {
            for (String name : names) {
                SymbolLookup symbols = lookup(name);
                if (symbols != null) {
                    return new Loaded<>(new Library(symbols), "");
                }
            }
            return new Loaded<>(null, "not found: " + String.join(", ", names));
        } catch (EngineUnavailableException unfit) {
            return new Loaded<>(null, String.valueOf(unfit.getMessage()));
        } catch (UnsupportedOperationException noLinker) {
            return new Loaded<>(null, "this JVM has no native linker");
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable SymbolLookup lookup(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException absent) {
            return null;
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        String path = System.getProperty(PATH_PROPERTY, "");
        if (!path.isBlank()) {
            names.add(path);
        }
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            boolean arm = System.getProperty("os.arch", "").equals("aarch64");
            names.add(arm ? "libcrypto-3-arm64.dll" : "libcrypto-3-x64.dll");
            names.add(arm ? "libcrypto-1_1-arm64.dll" : "libcrypto-1_1-x64.dll");
        } else if (os.contains("mac")) {
            names.add("libcrypto.3.dylib");
            names.add("/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib");
            names.add("/usr/local/opt/openssl@3/lib/libcrypto.3.dylib");
            names.add("/opt/local/libexec/openssl3/lib/libcrypto.3.dylib");
        } else {
            names.add("libcrypto.so.3");
            names.add("libcrypto.so.1.1");
        }
        return names;
    }
}
