package libp2p.swarm.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialException;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PeerRouting;
import libp2p.core.transport.DialRequest.Purpose;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.connection.SwarmConnection;
import org.jspecify.annotations.Nullable;

/**
 * One dial of one peer, shared by all who wait for it; each may offer addresses. A coordinating thread starts an
 * attempt per address when the ranking says so, or at once when nothing is in flight; the first that succeeds wins and
 * the others are cancelled. When no address is left it asks routing, once. A hole punch ends with any direct connection
 * that comes in. When the last waiter has left, everything is cancelled.
 */
final class PeerDial implements Runnable {
    /** After a transport is connected, later attempts wait this long for its handshakes. */
    private static final long HOLD_NANOS = Duration.ofMillis(500).toNanos();

    private final DialContext context;
    private final @Nullable PeerId peer;
    private final DialOptions options;
    private final boolean routed;
    private final Deadline deadline;
    private final Runnable finishedAction;
    private final AddressLookups lookups;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final TimedCondition finished;
    private final DialCandidates candidates;
    private final Set<DialAttempt> active = new LinkedHashSet<>();
    private final SequencedMap<Multiaddr, Throwable> causes = new LinkedHashMap<>();
    private @Nullable Thread coordinator;
    private @Nullable SwarmConnection winner;
    private @Nullable IOException failure;
    private @Nullable IOException routingFailure;
    private long holdUntil = Long.MIN_VALUE;
    private int waiters;
    private int offers;
    private boolean asked;
    private boolean unreached;
    private boolean done;

    /** @param routed whether routing may be asked */
    PeerDial(
            DialContext context,
            @Nullable PeerId peer,
            DialOptions options,
            boolean routed,
            Deadline deadline,
            Runnable finishedAction) {
        this.context = context;
        this.peer = peer;
        this.options = options;
        this.routed = routed;
        this.deadline = deadline;
        this.finishedAction = finishedAction;
        this.changed = new TimedCondition(context.environment(), lock);
        this.finished = new TimedCondition(context.environment(), lock);
        this.candidates = new DialCandidates(context, peer, options);
        this.lookups = new AddressLookups(context.environment(), this::wake);
    }

    /** Adds a waiter, which is to call {@link #await} next; false if the dial has ended already. */
    boolean join() {
        lock.lock();
        try {
            if (done) {
                return false;
            }
            waiters++;
            offers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds addresses of a waiter. Names are looked up on threads of their own. */
    private void offer(List<Multiaddr> given) {
        List<DialCandidates.Judged> judged = new ArrayList<>();
        try {
            judge(given, judged);
        } finally {
            lock.lock();
            try {
                candidates.add(judged);
                offers--;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    private void judge(List<Multiaddr> given, List<DialCandidates.Judged> judged) {
        given.stream().limit(context.limits().addresses()).forEach(address -> {
            if (AddressResolver.hasName(address)) {
                lookups.begin(() -> resolve(address));
            } else {
                judged.add(candidates.judge(address));
            }
        });
    }

    private void resolve(Multiaddr named) throws InterruptedException {
        List<DialCandidates.Judged> judged = new ArrayList<>();
        try {
            for (Multiaddr address : context.resolver().resolve(named, peer, deadline)) {
                judged.add(candidates.judge(address));
            }
            add(judged);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            refuse(named, e);
        } catch (RuntimeException e) {
            refuse(named, e);
            throw e;
        }
    }

    private void refuse(Multiaddr named, Exception cause) {
        lock.lock();
        try {
            candidates.refuse(named, cause);
        } finally {
            lock.unlock();
        }
    }

    private void add(List<DialCandidates.Judged> judged) {
        lock.lock();
        try {
            candidates.add(judged);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void route(PeerRouting routing, PeerId whom) throws InterruptedException {
        try {
            List<DialCandidates.Judged> judged = new ArrayList<>();
            judge(routing.findPeer(whom, deadline), judged);
            add(judged);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            routingFailed(e);
        } catch (RuntimeException e) {
            routingFailed(new IOException("routing failed: " + e, e));
            throw e;
        }
    }

    private void routingFailed(IOException cause) {
        lock.lock();
        try {
            routingFailure = cause;
        } finally {
            lock.unlock();
        }
    }

    /** Adds addresses and waits for the result; to be called once after each successful {@link #join}. */
    SwarmConnection await(List<Multiaddr> given, Deadline until) throws IOException {
        try {
            offer(given);
            return await(until);
        } finally {
            leave();
        }
    }

    private void leave() {
        lock.lock();
        try {
            if (--waiters == 0 && !done) {
                cancelWith("no caller waits for it");
            }
        } finally {
            lock.unlock();
        }
    }

    private SwarmConnection await(Deadline until) throws IOException {
        lock.lock();
        try {
            while (!done) {
                if (!finished.await(until) && !done) {
                    throw new DeadlineExceededException("dial of " + whom(), peer);
                }
            }
            if (winner != null) {
                return winner;
            }
            throw failed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dialing");
        } finally {
            lock.unlock();
        }
    }

    private Object whom() {
        return peer == null ? "an address without a peer" : peer;
    }

    /** A new exception for each waiter, so that none shares a stack trace with another. */
    private IOException failed() {
        if (failure instanceof DialException dial) {
            DialException own = new DialException(peer, what(dial), dial.causes());
            if (routingFailure != null) {
                own.addSuppressed(routingFailure);
            }
            return own;
        }
        return failure == null ? new DialRefusedException("dial cancelled", true) : failure;
    }

    private String what(DialException dial) {
        if (!dial.causes().isEmpty()) {
            return "no address worked";
        }
        return routingFailure == null ? "no address is known" : "no address is known, and routing failed";
    }

    /** Ends the dial for all its waiters. */
    void cancel(String why) {
        lock.lock();
        try {
            cancelWith(why);
        } finally {
            lock.unlock();
        }
    }

    private void cancelWith(String why) {
        finish(null, new DialRefusedException("dial cancelled: " + why, true));
        if (coordinator != null) {
            coordinator.interrupt();
        }
    }

    @Override
    public void run() {
        lock.lock();
        coordinator = Thread.currentThread();
        lock.unlock();
        Registration arrivals = watchArrivals();
        try {
            coordinate();
        } catch (InterruptedException e) {
            end(null, new InterruptedIOException("dial cancelled"));
        } catch (RuntimeException | Error e) {
            end(null, new IOException("dial failed: " + e, e));
            throw e;
        } finally {
            arrivals.close();
            lookups.cancel();
            finishedAction.run();
        }
    }

    /** The other half of a hole punch may be the faster one. */
    private Registration watchArrivals() {
        if (peer == null || options.purpose() != Purpose.HOLE_PUNCH) {
            return () -> {};
        }
        Runnable look = () -> {
            SwarmConnection direct = context.table().bestDirect(peer);
            if (direct != null) {
                end(direct, null);
            }
        };
        Registration watch = context.table().watch(peer, look);
        look.run();
        return watch;
    }

    private void coordinate() throws InterruptedException {
        lock.lock();
        try {
            while (!done) {
                Multiaddr next = candidates.next();
                if (next == null && active.isEmpty() && offers == 0 && !lookups.isBusy()) {
                    exhausted();
                } else if (deadline.passed(context.environment())) {
                    finish(null, new DeadlineExceededException("dial of " + whom(), peer));
                } else if (next != null && due()) {
                    start(candidates.start());
                } else {
                    changed.await(nextWake(next));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** No address is left: asks routing, once, or gives up. */
    private void exhausted() {
        PeerRouting routing = context.routing();
        PeerId whom = peer;
        if (routed && !asked && routing != null && whom != null) {
            asked = true;
            lookups.begin(() -> route(routing, whom));
        } else {
            SequencedMap<Multiaddr, Throwable> all = new LinkedHashMap<>(candidates.refused());
            all.putAll(causes);
            finish(null, new DialException(peer, "no address worked", all));
        }
    }

    private boolean due() {
        if (active.size() >= context.limits().dialsPerPeer()) {
            return false;
        }
        return active.isEmpty() || context.environment().nanoTime() >= dueAt();
    }

    private long dueAt() {
        return options.purpose() == Purpose.HOLE_PUNCH ? candidates.dueAt() : Math.max(candidates.dueAt(), holdUntil);
    }

    private Deadline nextWake(@Nullable Multiaddr next) {
        boolean full = active.size() >= context.limits().dialsPerPeer();
        return next == null || full ? deadline : deadline.earlier(new Deadline(dueAt()));
    }

    private void start(Multiaddr address) {
        DialAttempt attempt = new DialAttempt(context, this, peer, address, options, deadline);
        active.add(attempt);
        attempt.start();
    }

    /** Tells a circuit breaker what the dial has shown about the peer; to be called when it has ended. */
    void report(CircuitBreakers.Permit permit) {
        lock.lock();
        try {
            if (winner != null) {
                permit.succeeded();
            } else if (unreached
                    && (failure instanceof DialException || failure instanceof DeadlineExceededException)) {
                permit.failed();
            } else {
                permit.abandoned();
            }
        } finally {
            lock.unlock();
        }
    }

    /** An attempt has connected its transport. */
    void transportConnected() {
        lock.lock();
        try {
            holdUntil = context.environment().nanoTime() + HOLD_NANOS;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an attempt that succeeded may enter its connection into the table. */
    boolean isWanted() {
        lock.lock();
        try {
            return !done;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an attempt has succeeded, so that those which are cancelled were too slow. */
    boolean isWon() {
        lock.lock();
        try {
            return winner != null;
        } finally {
            lock.unlock();
        }
    }

    void succeeded(DialAttempt attempt, SwarmConnection connection) {
        lock.lock();
        try {
            active.remove(attempt);
        } finally {
            lock.unlock();
        }
        end(connection, null);
    }

    void failed(DialAttempt attempt, Throwable cause) {
        lock.lock();
        try {
            active.remove(attempt);
            causes.put(attempt.address(), cause);
            unreached |= DialContext.isRemote(cause);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable SwarmConnection connection, @Nullable IOException cause) {
        lock.lock();
        try {
            finish(connection, cause);
        } finally {
            lock.unlock();
        }
    }

    private void finish(@Nullable SwarmConnection connection, @Nullable IOException cause) {
        if (done) {
            return;
        }
        done = true;
        winner = connection;
        failure = cause;
        active.forEach(DialAttempt::cancel);
        finished.signalAll();
        changed.signal();
    }
}
