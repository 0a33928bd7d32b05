package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;

/**
 * The state that sealing and opening share: the engine's context, and a guard that lets one thread at a time use it. A
 * {@code close} that meets a running operation leaves the release to that operation, so native memory is never freed
 * under a thread that uses it.
 */
abstract sealed class AeadDirection implements AutoCloseable permits AeadSealer, AeadOpener {
    private static final int IDLE = 0;
    private static final int BUSY = 1;
    private static final int CLOSING = 2;
    private static final int CLOSED = 3;

    static final byte[] NO_AAD = new byte[0];

    final AeadAlgorithm algorithm;
    final AeadContext context;
    private final byte[] counterNonce = new byte[AeadAlgorithm.NONCE_LENGTH];
    private final AtomicInteger state = new AtomicInteger(IDLE);

    AeadDirection(AeadAlgorithm algorithm, AeadContext context) {
        this.algorithm = algorithm;
        this.context = context;
    }

    /** The algorithm. */
    public final AeadAlgorithm algorithm() {
        return algorithm;
    }

    /** Wipes the key. May be called from any thread and more than once; an operation that is running ends first. */
    @Override
    public final void close() {
        while (true) {
            if (state.compareAndSet(IDLE, CLOSED)) {
                context.free();
                return;
            }
            if (state.compareAndSet(BUSY, CLOSING) || state.get() >= CLOSING) {
                return;
            }
        }
    }

    final void enter() {
        if (!state.compareAndSet(IDLE, BUSY)) {
            throw new IllegalStateException(
                    state.get() == BUSY ? "AEAD used by two threads at once" : "AEAD is closed");
        }
    }

    final void leave() {
        if (!state.compareAndSet(BUSY, IDLE)) {
            state.set(CLOSED);
            context.free();
        }
    }

    /** Valid until the next call, between enter and leave. */
    final byte[] nonce(long counter) {
        algorithm.writeCounter(counter, counterNonce);
        return counterNonce;
    }

    static byte[] checkedNonce(byte[] nonce) {
        if (nonce.length != AeadAlgorithm.NONCE_LENGTH) {
            throw new IllegalArgumentException("nonce of " + nonce.length + " bytes, needs 12");
        }
        return nonce;
    }

    static void checkRange(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
        if (buffer.isReadOnly()) {
            throw new java.nio.ReadOnlyBufferException();
        }
    }
}
