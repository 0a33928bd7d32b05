package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Pings a relay every few seconds, so that a link that was cut silently is noticed long before the keep-alive of the
 * muxer does, and closes the connection when two pings in a row are not answered. A relay that knows no ping is left
 * alone.
 */
final class RelayLivenessProbe implements AutoCloseable {
    private static final String PROTOCOL = "/ipfs/ping/1.0.0";
    private static final int BYTES = 32;
    private static final int MISSED = 2;

    private final Environment environment;
    private final Connection connection;
    private final RelayLimits.Client limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private @Nullable Stream stream;
    private boolean closed;

    RelayLivenessProbe(Environment environment, Connection connection, RelayLimits.Client limits) {
        this.environment = environment;
        this.connection = connection;
        this.limits = limits;
        this.changed = new TimedCondition(environment, lock);
    }

    void start() {
        environment.start("relay-pulse-" + connection.id(), this::run);
    }

    private void run() {
        try {
            int missed = 0;
            while (pause(missed == 0 ? limits.pulse() : limits.retryFirst()) && connection.isOpen()) {
                try {
                    ping();
                    missed = 0;
                } catch (NegotiationException unknown) {
                    return;
                } catch (IOException e) {
                    end();
                    missed++;
                    if (missed == MISSED && !isClosed()) {
                        connection.close(ErrorCode.NONE, "the relay does not answer");
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void ping() throws IOException {
        Stream current = stream;
        if (current == null) {
            current = connection.open(Deadline.after(environment, limits.pulseTimeout()), PROTOCOL);
            current.readTimeout(limits.pulseTimeout());
            current.writeTimeout(limits.pulseTimeout());
            stream = current;
        }
        byte[] question = new byte[BYTES];
        environment.secureRandom(question);
        current.write(question);
        byte[] answer = current.input().readNBytes(BYTES);
        if (!Arrays.equals(question, answer)) {
            throw new IOException("relay " + connection.remotePeer() + " answered a ping with " + answer.length
                    + " other bytes instead of its " + BYTES);
        }
    }

    private void end() {
        Stream current = stream;
        stream = null;
        if (current != null) {
            current.reset(ErrorCode.NONE);
        }
    }

    /** Waits until the next ping is due; false if this pulse was closed. */
    private boolean pause(Duration most) throws InterruptedException {
        Deadline until = Deadline.after(environment, most);
        lock.lock();
        try {
            return !changed.await(until, () -> closed);
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
