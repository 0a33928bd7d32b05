package libp2p.protocols.identify;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.HostEvent.ProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;
import org.jspecify.annotations.Nullable;

/**
 * Identify push: tells connected peers when the addresses or the protocols of this host have changed. Every change
 * makes a new version of what the host says; each connection has the version that was said on it last, in an answer or
 * in a push, and is pushed to until it is the newest. All rounds share one queue and a bounded number of threads, and a
 * round begins only some time after the one before. A push that fails is made once more after a while. Thread-safe.
 */
final class Pusher {
    private static final System.Logger LOG = System.getLogger(Pusher.class.getName());

    /** Older than every version. */
    private static final Long NOTHING = -1L;

    private final Host host;
    private final Identify identify;
    private final IdentifyLimits limits;
    private final Subscription<HostEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition closing;
    private final Map<Connection, Long> told = new HashMap<>();
    private final SequencedSet<Connection> pending = new LinkedHashSet<>();
    /** Connections on which a push has failed, with the time of the next one, in the order of these times. */
    private final SequencedMap<Connection, Long> failed = new LinkedHashMap<>();
    /** Connections on which the next push is the second one of a change. */
    private final Set<Connection> second = new HashSet<>();

    private final RepeatingTimer retry;
    private long version;
    private int workers;
    private boolean closed;

    Pusher(Host host, Identify identify, IdentifyLimits limits) {
        this.host = host;
        this.identify = identify;
        this.limits = limits;
        this.closing = new TimedCondition(host.environment(), lock);
        this.retry = new RepeatingTimer(host.environment(), timer -> pushAgain());
        this.events = host.events().subscribe(HostEvent.class, Pusher::isChange, Duration.ZERO);
    }

    void start() {
        host.environment().start("identify-push", this::run);
    }

    private void run() {
        try {
            while (events.take(Deadline.NONE) != null) {
                while (events.poll() != null) {
                    // several changes at once are pushed once
                }
                changed();
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isChange(HostEvent event) {
        return event instanceof AddressesChanged || event instanceof ProtocolsChanged;
    }

    private void pause() throws InterruptedException {
        Deadline next = Deadline.after(host.environment(), limits.pushInterval());
        lock.lock();
        try {
            closing.await(next, () -> closed);
        } finally {
            lock.unlock();
        }
    }

    private void changed() {
        lock.lock();
        try {
            version++;
            failed.clear(); // this change is told to them as to all peers
            second.clear();
        } finally {
            lock.unlock();
        }
        host.connections().forEach(this::queue);
    }

    /**
     * The present description of this host on a connection. Every later change makes a newer version than the one that
     * is noted, so that it is pushed.
     */
    IdentifyMessage compose(Connection connection) {
        lock.lock();
        try {
            if (connection.isOpen()) {
                told.put(connection, version);
            }
        } finally {
            lock.unlock();
        }
        return identify.message(connection);
    }

    /** The peer has said what it speaks; later changes than those in its answer are still to be pushed. */
    void identified(Connection connection) {
        queue(connection);
    }

    private void queue(Connection connection) {
        if (!identify.isIdentified(connection)
                || !host.peerstore().protocols(connection.remotePeer()).contains(Identify.PUSH_PROTOCOL)) {
            return;
        }
        lock.lock();
        try {
            Long last = told.get(connection);
            if (last == null || last == version || closed || !connection.isOpen()) {
                return; // one that has not asked yet will be answered with the newest
            }
            pending.add(connection);
            if (workers == limits.pushes()) {
                return;
            }
            workers++;
        } finally {
            lock.unlock();
        }
        host.environment().start("identify-push", this::work);
    }

    private void work() {
        while (true) {
            Connection next;
            lock.lock();
            try {
                next = closed || pending.isEmpty() ? null : pending.removeFirst();
                if (next == null) {
                    workers--;
                    return;
                }
            } finally {
                lock.unlock();
            }
            push(next);
        }
    }

    private void push(Connection connection) {
        try {
            Deadline deadline = Deadline.after(host.environment(), limits.timeout());
            Stream stream = connection.openAllowingLimited(deadline, Identify.PUSH_PROTOCOL);
            boolean done = false;
            try {
                MessageStream<byte[], byte[]> frames =
                        new MessageStream<>(stream, MessageCodec.BYTES, MessageCodec.BYTES, limits.frame());
                stream.writeDeadline(Deadline.after(host.environment(), limits.timeout()));
                IdentifyFrames.send(frames, compose(connection), limits);
                done = true;
            } finally {
                if (!done) {
                    stream.reset(ErrorCode.NONE);
                }
            }
            awaitEnd(connection, stream);
        } catch (IOException e) {
            untold(connection, e);
        }
    }

    /** A peer that takes no more pushes for now says so by a reset, perhaps after everything was sent. */
    private void awaitEnd(Connection connection, Stream stream) {
        Timer patience = host.environment().schedule(limits.timeout().toNanos(), () -> stream.reset(ErrorCode.NONE));
        Runnable ended = () -> {
            patience.cancel();
            IOException refusal = refusal(stream);
            stream.close();
            if (refusal != null) {
                untold(connection, refusal);
            }
        };
        if (stream.onReadable(ended)) {
            ended.run();
        }
    }

    /** Other peers may reset a stream of which they have read everything. */
    private static @Nullable IOException refusal(Stream stream) {
        try {
            stream.read(new byte[1], 0, 1);
            return null;
        } catch (StreamResetException e) {
            return e.isRemote() && e.code() == ErrorCode.STREAM_RATE_LIMITED ? e : null;
        } catch (IOException e) {
            return e;
        }
    }

    /** The push did not arrive: it is made once more, and again with the next change. */
    private void untold(Connection connection, IOException cause) {
        LOG.log(Level.DEBUG, () -> "identify push on " + connection + " failed: " + cause.getMessage());
        lock.lock();
        try {
            boolean known = told.replace(connection, NOTHING) != null;
            if (!known || closed || second.remove(connection) || failed.containsKey(connection)) {
                return;
            }
            long delay = limits.pushRetry().toNanos();
            if (failed.isEmpty()) {
                retry.arm(delay);
            }
            failed.put(connection, host.environment().nanoTime() + delay);
        } finally {
            lock.unlock();
        }
    }

    private void pushAgain() {
        List<Connection> again = new ArrayList<>();
        lock.lock();
        try {
            long now = host.environment().nanoTime();
            while (!failed.isEmpty() && failed.firstEntry().getValue() - now <= 0) {
                again.add(failed.pollFirstEntry().getKey());
            }
            if (!failed.isEmpty()) {
                retry.arm(failed.firstEntry().getValue() - now);
            }
            second.addAll(again);
        } finally {
            lock.unlock();
        }
        again.forEach(this::queue);
    }

    /** A connection has ended. */
    void forget(Connection connection) {
        lock.lock();
        try {
            told.remove(connection);
            pending.remove(connection);
            failed.remove(connection);
            second.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            pending.clear();
            failed.clear();
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        retry.close();
        events.close();
    }
}
