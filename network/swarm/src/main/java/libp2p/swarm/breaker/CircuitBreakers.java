package libp2p.swarm.breaker;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.PeerId;

/**
 * A circuit breaker for each peer that failed lately. Bounded: the one used longest ago is forgotten first.
 * Thread-safe; no lock is held while a peer is tried.
 *
 * <pre>{@code
 * CircuitBreakers breakers = new CircuitBreakers(host.environment(), CircuitBreakers.Options.DEFAULT);
 * String answer = breakers.call(peer, () -> ask(host, peer));
 * }</pre>
 */
public final class CircuitBreakers {
    /** States of a breaker. */
    public enum State {
        /** The peer may be tried. */
        CLOSED,
        /** The peer has failed too often and is left alone. */
        OPEN,
        /** One attempt may find out whether the peer works again. */
        HALF_OPEN
    }

    /**
     * When a breaker opens, and for how long.
     *
     * @param failures in a row that open it, at least 1
     * @param open how long none may try; also how long the one attempt may take while it is half open; positive
     * @param peers that are remembered, at least 1
     */
    public record Options(int failures, Duration open, int peers) {
        /** Five failures, 30 s, 1,000 peers. */
        public static final Options DEFAULT = new Options(5, Duration.ofSeconds(30), 1000);

        public Options {
            if (failures < 1 || !open.isPositive() || peers < 1) {
                throw new IllegalArgumentException("a circuit breaker that opens after " + failures + " failures, for "
                        + open + ", with " + peers + " peers");
            }
        }

        /** The same for another number of peers. */
        public Options withPeers(int value) {
            return new Options(failures, open, value);
        }
    }

    /** The leave to try; exactly one of the methods is to be called with the outcome, others have no effect. */
    public interface Permit {
        /** The peer did what it was asked. */
        void succeeded();

        /** The peer did not. */
        void failed();

        /** The attempt ended without showing anything. */
        void abandoned();
    }

    /**
     * What is asked of a peer; may block.
     *
     * @param <T> what comes of it
     * @param <X> how it fails
     */
    @FunctionalInterface
    public interface Attempt<T, X extends Exception> {
        /** Tries; an exception is a failure of the peer, but for an interrupt. */
        T run() throws X;
    }

    /** Told of changes; called without locks, on the thread that caused the change, and must not block. */
    @FunctionalInterface
    public interface Listener {
        /** The breaker of a peer went from one state to another. It is half open as of the attempt that is let in. */
        void changed(PeerId peer, State from, State to);
    }

    private final Environment environment;
    private final Options options;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, CircuitBreaker> breakers = new LinkedHashMap<>(16, 0.75f, true);

    /** @param options when a breaker opens, for how long, and how many there are */
    public CircuitBreakers(Environment environment, Options options) {
        this(environment, options, (peer, from, to) -> {});
    }

    /** @param listener told of each change */
    public CircuitBreakers(Environment environment, Options options, Listener listener) {
        this.environment = environment;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Tries a peer if its breaker lets it, and notes the outcome: an exception is a failure, an interrupt shows nothing.
     * Blocks as the attempt does.
     *
     * @return what the attempt returned
     * @throws CircuitOpenException if the peer is left alone; the attempt was not made
     */
    public <T, X extends Exception> T call(PeerId peer, Attempt<T, X> attempt) throws CircuitOpenException, X {
        Permit permit = enter(peer);
        try {
            T result = attempt.run();
            permit.succeeded();
            return result;
        } catch (Exception failure) {
            if (isInterrupt(failure)) {
                permit.abandoned();
            } else {
                permit.failed();
            }
            throw failure;
        } finally {
            permit.abandoned(); // of an error, which is not the peer's
        }
    }

    private static boolean isInterrupt(Exception failure) {
        return failure instanceof InterruptedException
                || failure instanceof InterruptedIOException && !(failure instanceof DeadlineExceededException);
    }

    /**
     * Asks for leave to try a peer, for attempts that are more than one call.
     *
     * @throws CircuitOpenException saying for how long the peer is left alone
     */
    public Permit enter(PeerId peer) throws CircuitOpenException {
        State before;
        State after;
        long ticket;
        CircuitBreaker breaker;
        lock.lock();
        try {
            long now = environment.nanoTime();
            breaker = breakers.get(peer);
            if (breaker == null) {
                breaker = new CircuitBreaker(options);
                breakers.put(peer, breaker);
                if (breakers.size() > options.peers()) {
                    breakers.pollFirstEntry();
                }
            }
            before = breaker.lastState();
            ticket = breaker.enter(now);
            after = breaker.lastState();
            if (ticket == CircuitBreaker.REFUSED) {
                throw new CircuitOpenException(peer, breaker.failures(), Duration.ofNanos(breaker.remaining(now)));
            }
        } finally {
            lock.unlock();
        }
        tell(peer, before, after);
        return new Ticket(peer, breaker, ticket);
    }

    private void tell(PeerId peer, State before, State after) {
        if (before != after) {
            listener.changed(peer, before, after);
        }
    }

    /** The state of a peer's breaker now. */
    public State state(PeerId peer) {
        lock.lock();
        try {
            CircuitBreaker breaker = breakers.get(peer);
            if (breaker == null) {
                return State.CLOSED;
            }
            boolean over = breaker.lastState() == State.OPEN && breaker.remaining(environment.nanoTime()) == 0;
            return over ? State.HALF_OPEN : breaker.lastState();
        } finally {
            lock.unlock();
        }
    }

    /** The peer was reached by other means. */
    public void reached(PeerId peer) {
        State before = State.CLOSED;
        lock.lock();
        try {
            CircuitBreaker breaker = breakers.remove(peer);
            if (breaker != null) {
                before = breaker.lastState();
                breaker.reset(environment.nanoTime());
            }
        } finally {
            lock.unlock();
        }
        tell(peer, before, State.CLOSED);
    }

    /** Forgets everything, without telling the listener: the network is another one. */
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
            State before;
            State after;
            lock.lock();
            try {
                if (ticket == CircuitBreaker.REFUSED) {
                    return;
                }
                before = breaker.lastState();
                outcome.run();
                after = breaker.lastState();
                ticket = CircuitBreaker.REFUSED;
                if (breaker.isIdle()) {
                    breakers.remove(peer, breaker);
                }
            } finally {
                lock.unlock();
            }
            tell(peer, before, after);
        }
    }
}
