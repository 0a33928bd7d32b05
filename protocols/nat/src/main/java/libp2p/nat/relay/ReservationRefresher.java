package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a reservation at one relay: lengthens it at three quarters of its life, asks the relay every few seconds whether it
 * is still there, and makes a new reservation when the connection is lost. One thread.
 */
final class ReservationRefresher implements Registration {
    private static final System.Logger LOG = System.getLogger(ReservationRefresher.class.getName());

    /** Hears of gained and lost places; called on the keeper's thread, or that of {@link #startNow}, without locks. */
    interface Owner {
        /** A place is held from now on, perhaps instead of an earlier one. */
        void held(ReservationRefresher keeper, RelayReservation reservation, @Nullable RelayReservation before);

        /**
         * The place is lost, or could not be had.
         *
         * @return whether to go on trying
         */
        boolean lost(ReservationRefresher keeper, @Nullable RelayReservation before, Throwable cause);

        /** The keeper has ended. */
        void ended(ReservationRefresher keeper);
    }

    private final Host host;
    private final PeerAddress relay;
    private final RelayLimits.Client limits;
    private final Owner owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private @Nullable RelayReservation current;
    private boolean lost;
    private boolean closed;
    private @Nullable RelayLivenessProbe pulse;

    ReservationRefresher(Host host, PeerAddress relay, RelayLimits.Client limits, Owner owner) {
        this.host = host;
        this.relay = relay;
        this.limits = limits;
        this.owner = owner;
        this.changed = new TimedCondition(host.environment(), lock);
    }

    PeerAddress relay() {
        return relay;
    }

    /** The reservation that holds now, or null. */
    @Nullable
    RelayReservation current() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Begins to keep a place. */
    void start() {
        host.environment().start("relay " + relay.peer(), () -> run(null));
    }

    /** Makes the first reservation on the thread of the caller, who holds it on return, and keeps it; blocks. */
    void startNow() throws IOException {
        RelayReservation first;
        try {
            first = reserve();
        } catch (IOException | RuntimeException e) {
            owner.ended(this);
            throw e;
        }
        enter(first);
        host.environment().start("relay " + relay.peer(), () -> run(first));
    }

    private RelayReservation reserve() throws IOException {
        return HopHandshake.reserve(host, relay, Deadline.after(host.environment(), limits.reserve()));
    }

    private void run(@Nullable RelayReservation first) {
        try {
            RelayReservation next = first;
            Duration pause = limits.retryFirst();
            while (!isClosed()) {
                try {
                    if (next == null) {
                        next = reserve();
                        enter(next);
                    }
                } catch (IOException e) {
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            () -> "no reservation at " + relay.peer() + ": " + e.getMessage());
                    if (!owner.lost(this, null, e) || !await(Deadline.after(host.environment(), pause), false)) {
                        return;
                    }
                    pause = min(pause.multipliedBy(2), limits.retryLast());
                    continue;
                }
                pause = limits.retryFirst();
                Throwable cause = keep(next);
                next = null;
                if (cause == null || !owner.lost(this, forget(), cause)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            RelayReservation before = forget();
            if (before != null) {
                boolean _ = owner.lost(this, before, new DialRefusedException("the reservation is given up", true));
            }
            owner.ended(this);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Keeps the reservation that has begun until it is lost, and says why; null if this keeper was closed. */
    private @Nullable Throwable keep(RelayReservation first) throws InterruptedException {
        RelayReservation held = first;
        while (true) {
            Environment environment = host.environment();
            Duration life = Duration.between(environment.wallClock(), held.expires());
            Deadline end = Deadline.after(environment, life);
            Deadline renewal = Deadline.after(environment, life.multipliedBy(3).dividedBy(4));
            if (!await(renewal, true)) {
                return null;
            }
            if (isLost()) {
                CloseReason reason = held.connection().closeReason();
                return new ConnectionClosedException(reason == null ? CloseReason.LOCAL : reason);
            }
            RelayReservation renewed = renew(end);
            if (renewed == null) {
                return isClosed()
                        ? null
                        : new DeadlineExceededException("renewing the reservation before it ended", held.relay());
            }
            held = renewed;
            enter(held);
        }
    }

    private @Nullable RelayReservation renew(Deadline end) throws InterruptedException {
        Duration pause = limits.retryFirst();
        while (!isClosed() && !isLost() && !end.passed(host.environment())) {
            try {
                return reserve();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "no renewal at " + relay.peer() + ": " + e.getMessage());
                if (!await(end.earlier(Deadline.after(host.environment(), pause)), true)) {
                    return null;
                }
                pause = min(pause.multipliedBy(2), limits.retryLast());
            }
        }
        return null;
    }

    private void enter(RelayReservation held) {
        RelayReservation before;
        lock.lock();
        try {
            before = current;
            current = held;
            lost = !held.connection().isOpen();
        } finally {
            lock.unlock();
        }
        if (before == null || before.connection() != held.connection()) {
            stopPulse();
            RelayLivenessProbe next = new RelayLivenessProbe(host.environment(), held.connection(), limits);
            next.start();
            lock.lock();
            try {
                pulse = next;
            } finally {
                lock.unlock();
            }
        }
        owner.held(this, held, before);
    }

    private @Nullable RelayReservation forget() {
        stopPulse();
        lock.lock();
        try {
            RelayReservation before = current;
            current = null;
            return before;
        } finally {
            lock.unlock();
        }
    }

    private void stopPulse() {
        RelayLivenessProbe running;
        lock.lock();
        try {
            running = pulse;
            pulse = null;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.close();
        }
    }

    /** Waits; false if this keeper was closed. */
    private boolean await(Deadline until, boolean orLost) throws InterruptedException {
        lock.lock();
        try {
            changed.await(until, () -> closed || orLost && lost);
            return !closed;
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

    private boolean isLost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** A connection has ended, and with it the reservation that was made on it. */
    void connectionClosed(Connection connection) {
        lock.lock();
        try {
            if (current != null && current.connection().id() == connection.id()) {
                lost = true;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the place up; does not wait. Idempotent. */
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
