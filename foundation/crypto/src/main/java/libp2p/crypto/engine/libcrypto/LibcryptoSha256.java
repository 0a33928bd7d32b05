package libp2p.crypto.engine.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.Sha256Engine;

/** SHA-256 of libcrypto. Its state, a structure of 28 ints, lives in a Java array, so that nothing needs closing. */
public final class LibcryptoSha256 implements Sha256Engine {
    private static final int STATE_INTS = 28;
    /** The longest piece per call: some tens of microseconds, during which garbage collection waits. */
    private static final int CHUNK = 16 * 1024;

    private record Functions(MethodHandle init, MethodHandle update, MethodHandle finish) {
        static final Library.Loaded<Functions> LOADED = Library.bind(library -> new Functions(
                library.critical("SHA256_Init", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                library.critical("SHA256_Update", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG)),
                library.critical("SHA256_Final", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS))));
    }

    /** Binds the functions(). */
    public LibcryptoSha256() throws EngineUnavailableException {
        Functions.LOADED.get();
    }

    @Override
    public Digest newDigest() {
        return new Running();
    }

    private static final class Running implements Digest {
        private final MemorySegment state = MemorySegment.ofArray(new int[STATE_INTS]);

        Running() {
            reset();
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            MemorySegment input = MemorySegment.ofArray(bytes);
            try {
                for (int done = 0; done < length; done += CHUNK) {
                    int size = Math.min(CHUNK, length - done);
                    MemorySegment chunk = input.asSlice(offset + done, size);
                    check((int) functions().update().invokeExact(state, chunk, (long) size));
                }
            } catch (Throwable failure) {
                throw Library.unexpected(failure);
            }
        }

        @Override
        public void finish(byte[] out, int offset) {
            MemorySegment hash = MemorySegment.ofArray(out).asSlice(offset, 32);
            try {
                check((int) functions().finish().invokeExact(hash, state));
            } catch (Throwable failure) {
                throw Library.unexpected(failure);
            }
            reset();
        }

        private void reset() {
            try {
                check((int) functions().init().invokeExact(state));
            } catch (Throwable failure) {
                throw Library.unexpected(failure);
            }
        }

        private static void check(int result) {
            if (result != 1) {
                throw Library.failed("SHA256");
            }
        }
    }

    private static Functions functions() {
        return Functions.LOADED.bound();
    }
}
