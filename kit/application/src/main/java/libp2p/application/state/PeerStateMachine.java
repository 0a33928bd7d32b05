package libp2p.application.state;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The states of an application and one peer:
 *
 * <table>
 *   <caption>the event and the state that follows</caption>
 *   <tr><th>state</th><th>Connect</th><th>Connected</th><th>HandshakeComplete</th><th>Disconnect</th><th>Error</th><th>Timeout</th><th>Closed</th></tr>
 *   <tr><td>Idle</td><td>Connecting</td><td></td><td></td><td></td><td></td><td></td><td></td></tr>
 *   <tr><td>Connecting</td><td></td><td>Handshaking</td><td></td><td></td><td>Error</td><td>Error</td><td></td></tr>
 *   <tr><td>Handshaking</td><td></td><td></td><td>Connected</td><td></td><td>Error</td><td>Error</td><td></td></tr>
 *   <tr><td>Connected</td><td></td><td></td><td></td><td>Disconnecting</td><td>Error</td><td></td><td></td></tr>
 *   <tr><td>Disconnecting</td><td>Idle</td><td></td><td></td><td></td><td>Idle</td><td>Idle</td><td>Idle</td></tr>
 *   <tr><td>Error</td><td>Connecting</td><td></td><td></td><td></td><td></td><td></td><td></td></tr>
 * </table>
 *
 * <p>Connecting, handshaking and disconnecting have a time ({@link PeerStateLimits}), by the clock of the host's
 * environment, after which the machine sends itself {@link PeerEvent#TIMEOUT}. Hooks run on a thread of the machine, in
 * the order of the steps, and may send events. They are meant for actions; a state that must be exact is read by {@link
 * #state()}.
 *
 * <p>Thread-safe. The application closes it, which cancels its timer.
 */
public final class PeerStateMachine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PeerStateMachine.class.getName());

    private final PeerId peer;
    private final Environment environment;
    private final PeerStateLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerState, Consumer<PeerTransition>> hooks = new EnumMap<>(PeerState.class);
    private final ArrayDeque<PeerTransition> pending = new ArrayDeque<>();
    private PeerState state = PeerState.IDLE;
    private @Nullable Timer timer;
    /** Tells a timer of an earlier state from the present one. */
    private long steps;

    private long missed;
    private boolean working;
    private boolean closed;

    private PeerStateMachine(PeerId peer, Environment environment, PeerStateLimits limits) {
        this.peer = peer;
        this.environment = environment;
        this.limits = limits;
    }

    /** A machine in the state idle, with the clock and the limits of a host. */
    public static PeerStateMachine of(Host host, PeerId peer) {
        return new PeerStateMachine(peer, host.environment(), host.limits(PeerStateLimits.DEFAULT));
    }

    /** A machine in the state idle. */
    public static PeerStateMachine of(PeerId peer, Environment environment, PeerStateLimits limits) {
        return new PeerStateMachine(peer, environment, limits);
    }

    /** The peer that the machine is about. */
    public PeerId peer() {
        return peer;
    }

    /** The state now. */
    public PeerState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets what is called when the machine enters a state, instead of what was set before. It may block, which delays
     * the later hooks of this machine alone; an exception is logged.
     */
    public void onEnter(PeerState entered, Consumer<PeerTransition> hook) {
        lock.lock();
        try {
            hooks.put(entered, hook);
        } finally {
            lock.unlock();
        }
    }

    /** Number of transitions for which no hook was called, since the hooks were too far behind. */
    public long missed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a step; does not block.
     *
     * @return the state that follows
     * @throws IllegalPeerEventException if the present state does not know the event; nothing changes
     * @throws IllegalStateException if the machine is closed
     */
    public PeerState send(PeerEvent event) {
        lock.lock();
        try {
            return step(event);
        } finally {
            lock.unlock();
        }
    }

    private PeerState step(PeerEvent event) {
        if (closed) {
            throw new IllegalStateException("the machine of peer " + peer + " is closed");
        }
        PeerState next = PeerTransitions.next(state, event);
        if (next == null) {
            throw new IllegalPeerEventException(peer, state, event);
        }
        PeerTransition transition = new PeerTransition(state, event, next);
        state = next;
        steps++;
        cancelTimer();
        startTimer(next);
        later(transition);
        LOG.log(Level.DEBUG, () -> "peer " + peer + ": " + transition);
        return next;
    }

    private void cancelTimer() {
        Timer running = timer;
        timer = null;
        if (running != null) {
            running.cancel();
        }
    }

    private void startTimer(PeerState entered) {
        Duration time = switch (entered) {
            case CONNECTING -> limits.connecting();
            case HANDSHAKING -> limits.handshaking();
            case DISCONNECTING -> limits.disconnecting();
            case IDLE, CONNECTED, ERROR -> null;
        };
        if (time != null) {
            long step = steps;
            timer = environment.schedule(time.toNanos(), () -> timeUp(step));
        }
    }

    private void timeUp(long step) {
        lock.lock();
        try {
            if (!closed && step == steps) {
                step(PeerEvent.TIMEOUT);
            }
        } finally {
            lock.unlock();
        }
    }

    private void later(PeerTransition transition) {
        if (!hooks.containsKey(transition.to())) {
            return;
        }
        if (pending.size() >= limits.transitions()) {
            pending.removeFirst();
            missed++;
        }
        pending.addLast(transition);
        if (!working) {
            working = true;
            environment.start("peer-state " + peer, this::work);
        }
    }

    private void work() {
        PeerTransition transition;
        while ((transition = next()) != null) {
            call(transition);
        }
    }

    private @Nullable PeerTransition next() {
        lock.lock();
        try {
            PeerTransition transition = pending.pollFirst();
            working = transition != null;
            return transition;
        } finally {
            lock.unlock();
        }
    }

    private void call(PeerTransition transition) {
        Consumer<PeerTransition> hook;
        lock.lock();
        try {
            hook = hooks.get(transition.to());
        } finally {
            lock.unlock();
        }
        if (hook == null) {
            return;
        }
        try {
            hook.accept(transition);
        } catch (RuntimeException | StackOverflowError | LinkageError e) { // a hook must not end those of later steps
            LOG.log(Level.WARNING, "a hook of peer " + peer + " failed at " + transition, e);
        }
    }

    /** Cancels the timer and calls no more hooks; one that runs goes on. Idempotent; does not block. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pending.clear();
            cancelTimer();
        } finally {
            lock.unlock();
        }
    }
}
