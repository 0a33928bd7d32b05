package libp2p.swarm.dial;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;

/**
 * The circuit breakers of the peers that failed lately. Bounded: the one used longest ago is forgotten first.
 * Thread-safe; no lock is held while a caller tries.
 */
public final class CircuitBreakers {
    /** The leave to try; exactly one of the methods is to be called with the outcome, others have no effect. */
    public interface Permit {
        void succeeded();

        void failed();

        /** The attempt ended without showing anything. */
        void abandoned();
    }

    private final Environment environment;
    private final CircuitBreaker.Options options;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, CircuitBreaker> breakers = new LinkedHashMap<>(16, 0.75f, true);

    /** @param capacity peers that are remembered */
    public CircuitBreakers(Environment environment, int capacity) {
        this(environment, CircuitBreaker.Options.DEFAULT, capacity);
    }

    CircuitBreakers(Environment environment, CircuitBreaker.Options options, int capacity) {
        this.environment = environment;
        this.options = options;
        this.capacity = capacity;
    }

    /**
     * Asks for leave to try a peer.
     *
     * @throws IOException saying for how long the peer is left alone
     */
    public Permit enter(PeerId peer) throws IOException {
        lock.lock();
        try {
            CircuitBreaker breaker = breakers.get(peer);
            if (breaker == null) {
                breaker = new CircuitBreaker(options);
                breakers.put(peer, breaker);
                if (breakers.size() > capacity) {
                    breakers.pollFirstEntry();
                }
            }
            long now = environment.nanoTime();
            long ticket = breaker.enter(now);
            if (ticket != CircuitBreaker.REFUSED) {
                return new Ticket(peer, breaker, ticket);
            }
            throw new DialRefusedException(
                    "failed " + breaker.failures() + " times in a row, left alone for "
                            + breaker.remaining(now) / 1_000_000 + " ms",
                    true);
        } finally {
            lock.unlock();
        }
    }

    /** The peer was reached by other means. */
    public void reached(PeerId peer) {
        lock.lock();
        try {
            CircuitBreaker breaker = breakers.remove(peer);
            if (breaker != null) {
                breaker.reset(environment.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything: the network is another one. */
    public void clear() {
        lock.lock();
        try {
            long now = environment.nanoTime();
            breakers.values().forEach(breaker -> breaker.reset(now));
            breakers.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Number of peers that are remembered. */
    public int size() {
        lock.lock();
        try {
            return breakers.size();
        } finally {
            lock.unlock();
        }
    }

    private final class Ticket implements Permit {
        private final PeerId peer;
        private final CircuitBreaker breaker;
        private long ticket;

        Ticket(PeerId peer, CircuitBreaker breaker, long ticket) {
            this.peer = peer;
            this.breaker = breaker;
            this.ticket = ticket;
        }

        @Override
        public void succeeded() {
            settle(() -> breaker.succeeded(ticket, environment.nanoTime()));
        }

        @Override
        public void failed() {
            settle(() -> breaker.failed(ticket, environment.nanoTime()));
        }

        @Override
        public void abandoned() {
            settle(() -> breaker.abandoned(ticket));
        }

        private void settle(Runnable outcome) {
            lock.lock();
            try {
                if (ticket != CircuitBreaker.REFUSED) {
                    outcome.run();
                    ticket = CircuitBreaker.REFUSED;
                    if (breaker.isIdle()) {
                        breakers.remove(peer, breaker);
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
