package libp2p.pubsub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.pubsub.router.RouterOutput.Priority;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * The one stream to a peer on which everything is sent, and the one on which the peer sends. When ours ends while the
 * peer stays connected, another one is opened, on another connection if need be; the queued messages and the router's
 * knowledge of the peer stay. No thread waits for the peer but one that opens a stream.
 */
final class PeerLink {
    private static final System.Logger LOG = System.getLogger(PeerLink.class.getName());
    private static final Duration OPEN = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration LASTED = Duration.ofSeconds(30);
    /** Streams in a row that end within {@link #LASTED} before the peer is given up. */
    private static final int ATTEMPTS = 4;
    /** Bytes that a peer may send on the stream that is ours to write, where nothing is to be sent. */
    private static final int MOST_UNASKED = 64 << 10;

    private final Environment environment;
    private final LockedRouter core;
    private final PeerId peer;
    private final PeerLinks links;
    private final PubSubLimits.Queues limits;
    private final Outbox outbox;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition readied;

    private @Nullable Stream stream;
    private long since;
    private int failures;
    private @Nullable Stream inbound;
    private boolean heard;
    /** Whether the router knows the peer. */
    private boolean added;

    private boolean closed;
    private boolean finished;
    /** Guarded by the lock of the core. */
    private boolean pending;

    PeerLink(Environment environment, LockedRouter core, PeerLinks links, PeerId peer, PubSubLimits.Queues limits) {
        this.environment = environment;
        this.core = core;
        this.links = links;
        this.peer = peer;
        this.limits = limits;
        this.outbox = new Outbox(environment, limits, links.gossip(), core::idle, this::broken);
        this.readied = new TimedCondition(environment, lock);
    }

    PeerId peer() {
        return peer;
    }

    /** Queues an RPC, which {@link #push} sends; never blocks. False if it was dropped. */
    boolean offer(Rpc rpc, Priority priority) {
        return outbox.offer(rpc, priority);
    }

    /** Bytes of gossip that may wait besides those that do. */
    long room() {
        return outbox.room();
    }

    /** Sends the queue; never blocks. To be called without locks. */
    void push() {
        outbox.push();
    }

    /** Notes that something was queued under the lock of the router; false if that was noted before. */
    boolean markPending() {
        boolean first = !pending;
        pending = true;
        return first;
    }

    void clearPending() {
        pending = false;
    }

    /** The number of RPCs that were dropped since the last call. */
    int newDrops() {
        return outbox.newDrops();
    }

    /** Whether everything that was queued is written or dropped. */
    boolean isIdle() {
        return outbox.isIdle();
    }

    /** Opens a stream, on a thread of its own, and ends the link if there is none to be had. */
    void open() {
        Stream opened = failures() < ATTEMPTS ? openStream() : null;
        if (opened == null) {
            awaitLastWords();
            finish();
            return;
        }
        Version version = Version.of(opened.protocol());
        if (version == null || !started(opened)) {
            opened.reset(ErrorCode.NONE);
            finish();
        } else if (!introduce(opened, version)) {
            opened.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            finish();
        } else {
            watch(opened, 0);
            outbox.attach(opened);
        }
    }

    private int failures() {
        lock.lock();
        try {
            return failures;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Stream openStream() {
        for (Connection connection : links.connections(peer)) {
            if (isClosed()) {
                return null;
            }
            try {
                Stream opened = connection.open(Deadline.after(environment, OPEN), links.protocols());
                opened.writeTimeout(limits.writeTimeout());
                opened.scope().setService(GossipSub.SERVICE);
                return opened;
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "no pubsub stream to " + peer + ": " + e.getMessage());
            }
        }
        return null;
    }

    private boolean started(Stream opened) {
        lock.lock();
        try {
            stream = opened;
            since = environment.nanoTime();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Tells the router of the peer, or of its new stream; false if the router does not take the peer. */
    private boolean introduce(Stream opened, Version version) {
        if (isKnown()) {
            core.reopened(peer, true);
            return true;
        }
        Connection connection = opened.connection();
        boolean known = core.addPeer(
                peer,
                version,
                connection.direction() == Direction.OUTBOUND,
                connection.remoteAddress().ip());
        boolean late;
        lock.lock();
        try {
            added = known;
            late = finished;
            readied.signalAll();
        } finally {
            lock.unlock();
        }
        if (known && late) {
            core.removePeer(peer);
        }
        return known;
    }

    private boolean isKnown() {
        lock.lock();
        try {
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the router knows the peer; false if it will not. */
    boolean awaitKnown(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!added && !closed) {
                if (!readied.await(deadline)) {
                    return false;
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nothing arrives on a stream that this host has opened, but its reset by the peer does, which a writer would only
     * see when it has something to write. A peer may close its side and still listen.
     */
    private void watch(Stream opened, int unasked) {
        try {
            byte[] passedOver = new byte[256];
            for (int sum = unasked; ; ) {
                int before = sum;
                if (!opened.onReadable(() -> watch(opened, before))) {
                    return;
                }
                int count = opened.read(passedOver, 0, passedOver.length);
                if (count < 0) {
                    return;
                }
                sum += count;
                if (sum > MOST_UNASKED) {
                    opened.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION);
                    throw new ProtocolViolationException(opened.protocol(), "data on a stream that is not the peer's");
                }
            }
        } catch (IOException reset) {
            broken(opened, reset);
        }
    }

    /** The stream that is written can be used no more: another one is opened. */
    private void broken(Stream which, IOException why) {
        lock.lock();
        try {
            if (closed || stream != which) {
                return;
            }
            stream = null;
            failures = environment.nanoTime() - since < LASTED.toNanos() ? failures + 1 : 0;
        } finally {
            lock.unlock();
        }
        LOG.log(Level.DEBUG, () -> "the pubsub stream to " + peer + " ended: " + why.getMessage());
        outbox.detach(which);
        which.reset(ErrorCode.NONE);
        environment.start("pubsub-open", this::open);
    }

    /** A connection to the peer has ended: it may have been that of the stream. */
    void connectionClosed(Connection connection) {
        Stream current;
        lock.lock();
        try {
            current = stream;
        } finally {
            lock.unlock();
        }
        if (current != null && current.connection() == connection) {
            broken(current, new IOException("the connection to " + peer + " has ended"));
        }
    }

    /** A stream of the peer has come; an earlier one ends. True if there was one. */
    boolean inboundOpened(Stream opened) {
        Stream earlier;
        boolean again;
        lock.lock();
        try {
            earlier = inbound;
            inbound = opened;
            again = heard;
            heard = true;
        } finally {
            lock.unlock();
        }
        if (earlier != null) {
            earlier.reset(ErrorCode.STREAM_SUPPLANTED);
        }
        return again;
    }

    /** A stream of the peer has ended. */
    void inboundEnded(Stream ended) {
        lock.lock();
        try {
            if (inbound == ended) {
                inbound = null;
                readied.signalAll();
            }
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

    /** Data that has arrived is read before the peer is forgotten, though its connection has ended. */
    private void awaitLastWords() {
        Deadline deadline = Deadline.after(environment, LAST_WORDS);
        lock.lock();
        try {
            while (!closed && inbound != null) {
                if (!readied.await(deadline)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the streams and forgets the peer. */
    private void finish() {
        Stream last;
        Stream reading;
        boolean known;
        lock.lock();
        try {
            if (finished) {
                return;
            }
            finished = true;
            closed = true;
            known = added;
            last = stream;
            reading = inbound;
            readied.signalAll();
        } finally {
            lock.unlock();
        }
        outbox.close();
        if (last != null) {
            last.close();
        }
        if (reading != null) {
            reading.reset(ErrorCode.NONE);
        }
        if (known) {
            core.removePeer(peer);
        }
        links.ended(this);
    }

    /** Ends the link; does not wait. Idempotent. */
    void close() {
        finish();
    }
}
