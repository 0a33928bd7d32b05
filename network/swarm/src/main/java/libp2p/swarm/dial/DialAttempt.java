package libp2p.swarm.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.CrossedDialException;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.connection.SwarmConnection;
import org.jspecify.annotations.Nullable;

/**
 * Dials one address on a thread of its own. Cancelling interrupts that thread: while the connection is not yet shared
 * with another, an interrupt is exactly what closes its socket.
 */
final class DialAttempt implements Runnable {
    /**
     * Progress of the dial: getting ready may take however long, and only then it takes a place among the dials of the
     * host.
     */
    private enum Stage {
        PREPARING,
        QUEUED,
        DIALING
    }

    private final DialContext context;
    private final PeerDial dial;
    private final @Nullable PeerId peer;
    private final Multiaddr address;
    private final DialOptions options;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition cancel;
    private @Nullable Thread thread;
    private boolean cancelled;
    private boolean ended;
    private boolean reached;

    DialAttempt(
            DialContext context,
            PeerDial dial,
            @Nullable PeerId peer,
            Multiaddr address,
            DialOptions options,
            Deadline deadline) {
        this.context = context;
        this.dial = dial;
        this.peer = peer;
        this.address = address;
        this.options = options;
        this.deadline = deadline;
        this.cancel = new TimedCondition(context.environment(), lock);
    }

    Multiaddr address() {
        return address;
    }

    void start() {
        context.environment().start("dial " + address, this);
    }

    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            cancel.signalAll();
            if (thread != null && !ended) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the thread out of the reach of {@link #cancel}; false if it was cancelled before. */
    private boolean settle() {
        lock.lock();
        try {
            ended = true;
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        lock.lock();
        thread = Thread.currentThread();
        boolean start = !cancelled;
        lock.unlock();
        if (!start) {
            return;
        }
        long began = context.environment().nanoTime();
        Throwable cause = null;
        Stage stage = Stage.PREPARING;
        try {
            Transport transport = prepare();
            boolean queues = transport.takesDescriptor(address);
            if (queues) {
                stage = Stage.QUEUED;
                if (!context.slots().acquire(deadline)) {
                    throw new DeadlineExceededException(
                            "waiting for one of " + context.limits().dials() + " dials");
                }
            }
            stage = Stage.DIALING;
            try {
                dial(transport, began);
            } finally {
                if (queues) {
                    context.slots().release();
                }
            }
        } catch (InterruptedException e) {
            cause = new InterruptedIOException("dial cancelled");
        } catch (IOException | RuntimeException | Error e) { // the waiters must hear of every failure
            cause = e;
        }
        boolean live = settle();
        if (cause != null) {
            if (live && stage != Stage.QUEUED) {
                context.ended(peer, address, cause);
            } else if (stage == Stage.DIALING && !reached && dial.isWon()) {
                context.outrun(address);
            }
            dial.failed(this, cause);
        }
        Transport transport = context.transport(address);
        context.observer()
                .dialed(
                        transport == null ? "" : transport.name(),
                        context.environment().nanoTime() - began,
                        cause);
        if (cause instanceof Error error) {
            throw error;
        }
    }

    private Transport prepare() throws IOException {
        Transport transport = context.transport(address);
        if (transport == null) {
            throw new DialRefusedException("no transport dials " + address, false);
        }
        transport.prepare(address);
        return transport;
    }

    private void dial(Transport transport, long began) throws IOException, InterruptedException {
        if (options.role() == Role.RESPONDER && transport.punches(address)) {
            punch(transport);
        } else {
            finish(ScopedValue.where(Dialer.NESTED, true).call(() -> connect(transport)), began);
        }
    }

    /** Opens the way for the other half of a hole punch; the dial ends when its connection has come in. */
    private void punch(Transport transport) throws IOException, InterruptedException {
        Deadline until = until();
        transport.punch(address, until);
        lock.lock();
        try {
            cancel.await(until, () -> cancelled); // the handshake of the one that came through may go on
        } finally {
            lock.unlock();
        }
        throw new DialRefusedException("no connection came in through " + address, true);
    }

    private Deadline until() {
        Duration timeout = context.publicAddresses().isPublic(address)
                ? context.limits().timeout()
                : context.limits().localTimeout();
        return deadline.earlier(Deadline.after(context.environment(), timeout));
    }

    private TransportConnection connect(Transport transport) throws IOException {
        Deadline until = until();
        try {
            return connect(transport, until, context.isolated());
        } catch (CrossedDialException e) {
            return connect(
                    transport, until, true); // the remote perhaps does the same, and there will be two connections
        }
    }

    private TransportConnection connect(Transport transport, Deadline until, boolean freshPort) throws IOException {
        ConnectionScope scope = charge(transport.takesDescriptor(address));
        phases().dialing(scope, peer, address);
        try {
            if (peer != null && address.has(Protocol.P2P_CIRCUIT)) {
                scope.setPeer(peer); // else it would keep a place among the transient, and its relay needs one
            }
            return transport.dial(
                    address,
                    new DialRequest(
                            peer,
                            until,
                            options.role(),
                            options.purpose(),
                            freshPort,
                            scope,
                            () -> transportConnected(scope)));
        } catch (IOException | RuntimeException | Error e) {
            scope.close();
            if (isCancelled()) {
                phases().cancelled(scope, peer, address);
            } else {
                phases().failed(scope, Direction.OUTBOUND, peer, address, e);
            }
            throw e;
        }
    }

    private boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    private void transportConnected(ConnectionScope scope) {
        phases().securing(scope, Direction.OUTBOUND, peer, address);
        dial.transportConnected();
    }

    private ConnectionPhases phases() {
        return context.table().phases();
    }

    private ConnectionScope charge(boolean descriptor) throws LimitExceededException {
        try {
            return context.resources().openConnection(Direction.OUTBOUND, descriptor, address);
        } catch (LimitExceededException e) {
            context.observer().refused("dial", e);
            throw e;
        }
    }

    private void finish(TransportConnection transport, long began) throws IOException {
        reached = true;
        if (!settle() || !dial.isWanted()) {
            context.record(address, true);
            transport.close(ErrorCode.CONNECTION_SUPPLANTED, ConnectionPhases.CANCELLED);
            phases().cancelled(transport.scope(), transport.remotePeer(), address);
            throw new InterruptedIOException(ConnectionPhases.CANCELLED);
        }
        SwarmConnection connection =
                context.table().add(transport, context.environment().nanoTime() - began);
        context.ended(peer, address, null);
        dial.succeeded(this, connection);
    }
}
