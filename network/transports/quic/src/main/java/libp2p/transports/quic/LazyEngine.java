package libp2p.transports.quic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one host, made when it is first needed, on a thread that may block: making it signs a certificate. A
 * caller that comes meanwhile waits. Thread-safe.
 */
final class LazyEngine {
    private final Environment environment;
    private final Callable<QuicEngine> maker;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable QuicEngine engine;

    LazyEngine(Environment environment, Callable<QuicEngine> maker) {
        this.environment = environment;
        this.maker = maker;
    }

    /**
     * Returns the engine; blocks while it is made.
     *
     * @throws IOException if the thread is interrupted, or it cannot be made; the next call tries again
     */
    QuicEngine get() throws IOException {
        QuicEngine ready = engine;
        return ready == null ? make() : ready;
    }

    private QuicEngine make() throws IOException {
        try {
            making.lockInterruptibly();
            try {
                QuicEngine ready = engine;
                if (ready == null) {
                    ready = environment.offload(maker);
                    engine = ready;
                }
                return ready;
            } finally {
                making.unlock();
            }
        } catch (IOException | RuntimeException failed) {
            throw failed;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the QUIC engine was made");
        } catch (Exception failed) {
            throw new IOException("the QUIC engine could not be made", failed);
        }
    }
}
