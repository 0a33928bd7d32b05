package libp2p.transports.quic.netty;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** A thread that waits for the outcome of a handshake. The first outcome counts. */
final class Dial {
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition settled;
    private boolean done;
    private @Nullable Throwable failure;

    Dial(Environment environment) {
        settled = new TimedCondition(environment, lock);
    }

    void settle(@Nullable Throwable outcome) {
        lock.lock();
        try {
            if (!done) {
                done = true;
                failure = outcome;
                settled.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void await(InetSocketAddress remote, Deadline deadline) throws IOException {
        lock.lock();
        try {
            while (!done) {
                if (!settled.await(deadline)) {
                    throw new DeadlineExceededException("QUIC handshake with " + remote);
                }
            }
            if (failure instanceof IOException refused && isOurs(refused)) {
                throw refused;
            }
            if (failure != null) {
                throw new IOException("QUIC to " + remote + ": " + failure.getMessage(), failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: QUIC handshake with " + remote);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOurs(IOException failure) {
        return failure.getClass().getName().startsWith("libp2p.");
    }
}
