package libp2p.transports.quic;

import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/**
 * One hole that is being punched (libp2p specification, relay/DCUtR): datagrams of random bytes after random pauses of
 * 10 to 200 ms, until the other side has connected through it.
 */
final class HolePunch {
    private static final int BYTES = 64;
    private static final long SHORTEST_PAUSE_NANOS = 10_000_000;
    private static final long LONGEST_PAUSE_NANOS = 200_000_000;

    private final Environment environment;
    private final InetSocketAddress remote;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrival;
    private boolean arrived;

    HolePunch(Environment environment, InetSocketAddress remote) {
        this.environment = environment;
        this.remote = remote;
        this.arrival = new TimedCondition(environment, lock);
    }

    /** A connection has come in from that address. */
    void arrived(InetSocketAddress from) {
        if (from.equals(remote)) {
            lock.lock();
            try {
                arrived = true;
                arrival.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void run(SharedUdpPort port, Deadline until) throws InterruptedIOException {
        RandomGenerator random = environment.random("quic-punch");
        byte[] probe = new byte[BYTES];
        do {
            environment.secureRandom(probe);
            port.port().send(ByteBuffer.wrap(probe), remote);
        } while (!awaitArrival(
                        Deadline.afterNanos(environment, random.nextLong(SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS))
                                .earlier(until))
                && !until.passed(environment));
    }

    private boolean awaitArrival(Deadline deadline) throws InterruptedIOException {
        lock.lock();
        try {
            return arrival.await(deadline, () -> arrived);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: hole punching towards " + remote);
        } finally {
            lock.unlock();
        }
    }
}
