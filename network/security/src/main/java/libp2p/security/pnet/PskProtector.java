package libp2p.security.pnet;

import libp2p.core.buffer.BufferPool;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.crypto.XSalsa20;

/**
 * Puts raw connections into a private network (libp2p specification, pnet, version 1): everything below security and
 * muxer is encrypted with XSalsa20 under the pre-shared key, each way behind a random nonce of 24 bytes. This keeps
 * strangers out; it protects nothing from the members of the network, which is the work of the secure channel above.
 *
 * <p>Every protocol begins with the header of multistream-select, so that a peer with another key, or none, is found
 * out by the first byte that differs and not by a deadline. Thread-safe.
 */
public final class PskProtector {
    private final PreSharedKey key;
    private final Environment environment;
    private final BufferPool pool;

    /** @param environment randomness for nonces */
    public PskProtector(PreSharedKey key, Environment environment) {
        this(key, environment, BufferPool.shared());
    }

    PskProtector(PreSharedKey key, Environment environment, BufferPool pool) {
        this.key = key;
        this.environment = environment;
        this.pool = pool;
    }

    /**
     * Wraps a raw connection on which nothing was sent or received yet; does not block. The result takes it over. Its
     * first reads throw {@link PskMismatchException}, and close it, if the remote is not in the same network.
     */
    public RawConnection protect(RawConnection raw) {
        byte[] nonce = new byte[XSalsa20.NONCE_LENGTH];
        environment.secureRandom(nonce);
        return new ProtectedConnection(raw, key, nonce, pool);
    }
}
