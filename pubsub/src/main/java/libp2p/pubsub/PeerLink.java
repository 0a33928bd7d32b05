package libp2p.pubsub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.OutboundQueue;
import libp2p.pubsub.router.Output.Priority;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Limits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * The one stream to a peer on which everything is sent, its queue and its writer thread. When the stream ends while the
 * peer stays connected, another one is opened, on another connection if need be; what waits in the queue and what the
 * router knows of the peer stay.
 */
final class PeerLink implements Runnable {
    private static final System.Logger LOG = System.getLogger(PeerLink.class.getName());
    private static final Duration OPEN = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration LASTED = Duration.ofSeconds(30);
    private static final Duration GOSSIP_LIFE = Duration.ofSeconds(3);
    /** Streams in a row that end within {@link #LASTED} before the peer is given up. */
    private static final int ATTEMPTS = 4;
    /** RPCs are put together into writes of about so many bytes. */
    private static final int BATCH = 32 << 10;

    private final Environment environment;
    private final Core core;
    private final PeerId peer;
    private final Links links;
    private final Limits.Queues limits;
    private final OutboundQueue<Frame> queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition readied;

    private @Nullable Stream stream;
    private @Nullable Stream inbound;
    private boolean heard;
    private boolean ready;
    private boolean closed;
    /** RPCs that were queued, those that found no room, and those that were written or lost with a stream. */
    private final AtomicLong queued = new AtomicLong();

    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private long drops;

    PeerLink(Environment environment, Core core, Links links, PeerId peer, Limits.Queues limits) {
        this.environment = environment;
        this.core = core;
        this.links = links;
        this.peer = peer;
        this.limits = limits;
        this.queue = new OutboundQueue<>(
                environment,
                Priority.values().length,
                new OutboundQueue.Limits(limits.outboundFrames(), limits.outboundBytes()));
        this.readied = new TimedCondition(environment, lock);
    }

    PeerId peer() {
        return peer;
    }

    /** Queues an RPC; never blocks. False if it was dropped. */
    boolean offer(Rpc rpc, Priority priority) {
        Deadline expiry = switch (priority) {
            case CONTROL -> Deadline.NONE;
            case PUBLICATION -> Deadline.after(environment, limits.publicationLife());
            case FORWARD -> Deadline.after(environment, limits.forwardLife());
            case GOSSIP -> Deadline.after(environment, GOSSIP_LIFE);
        };
        Frame frame = Frame.of(rpc);
        boolean room = queue.offer(frame, priority.ordinal(), frame.bytes().length, expiry);
        (room ? queued : rejected).incrementAndGet();
        return room;
    }

    /** The number of RPCs that were dropped since the last call. */
    int newDrops() {
        long all = drops();
        int more = (int) Math.min(Integer.MAX_VALUE, all - drops);
        drops = all;
        return more;
    }

    private long drops() {
        long all = 0;
        for (Priority priority : Priority.values()) {
            OutboundQueue.Drops one = queue.drops(priority.ordinal());
            all += one.noRoom() + one.expired();
        }
        return all;
    }

    /** Whether everything that was queued is written or dropped. */
    boolean isIdle() {
        return queued.get() <= written.get() + drops() - rejected.get();
    }

    @Override
    public void run() {
        boolean added = false;
        int failures = 0;
        try {
            while (!isClosed() && failures < ATTEMPTS) {
                Stream opened = open();
                if (opened == null) {
                    break;
                }
                long since = environment.nanoTime();
                Version version = Version.of(opened.protocol());
                if (version == null || !started(opened)) {
                    opened.reset(ErrorCode.NONE);
                    return;
                }
                if (added) {
                    core.reopened(peer, true);
                } else {
                    Connection connection = opened.connection();
                    added = core.addPeer(
                            peer,
                            version,
                            connection.direction() == Direction.OUTBOUND,
                            connection.remoteAddress().ip());
                    if (!added) {
                        opened.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
                        return;
                    }
                    becomeReady();
                }
                write(opened);
                failures = environment.nanoTime() - since < LASTED.toNanos() ? failures + 1 : 0;
            }
            awaitLastWords();
        } finally {
            end();
            if (added) {
                core.removePeer(peer);
            }
            links.ended(this);
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

    private @Nullable Stream open() {
        for (Connection connection : links.connections(peer)) {
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
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void becomeReady() {
        lock.lock();
        try {
            ready = true;
            readied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the router knows the peer; false if it will not. */
    boolean awaitReady(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!ready && !closed) {
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
     * Nothing comes on a stream that this host has opened, but its reset by the peer does, which the writer would only
     * see when it has something to write. A peer may close its side and still listen.
     */
    private void watch(Stream opened, AtomicBoolean broken) {
        try {
            byte[] nothing = new byte[16];
            while (opened.read(nothing, 0, nothing.length) >= 0) {
                continue; // what is sent against the protocol is passed over
            }
        } catch (IOException reset) {
            broken.set(true);
            queue.offer(Frame.WAKE, 0, 0, Deadline.NONE);
        }
    }

    /** Writes until the stream or its connection ends, or this link is closed. */
    private void write(Stream opened) {
        Batch batch = new Batch();
        int count = 0;
        AtomicBoolean broken = new AtomicBoolean();
        environment.start("pubsub-watch-" + peer.shortName(), () -> watch(opened, broken));
        try {
            while (!isClosed() && !broken.get() && opened.connection().isOpen()) {
                Frame frame = queue.poll();
                if (frame == null) {
                    links.idle();
                    frame = queue.take(Deadline.NONE);
                }
                while (frame != null) {
                    count += batch.add(frame);
                    frame = batch.size() < BATCH ? queue.poll() : null;
                }
                if (batch.size() > 0) {
                    opened.write(batch.bytes(), 0, batch.size());
                    batch.reset();
                    written.addAndGet(count);
                    count = 0;
                }
            }
            opened.close();
        } catch (IOException e) {
            opened.reset(ErrorCode.NONE);
            LOG.log(Level.DEBUG, () -> "the pubsub stream to " + peer + " ended: " + e.getMessage());
        } catch (InterruptedException e) {
            opened.reset(ErrorCode.NONE);
            Thread.currentThread().interrupt();
        } finally {
            written.addAndGet(count);
            links.idle();
        }
    }

    /** Gathers RPCs with their lengths; its array grows with the largest and is read in place. */
    private static final class Batch extends ByteArrayOutputStream {
        /** Returns how many RPCs were added. */
        int add(Frame frame) {
            byte[] bytes = frame.bytes();
            if (bytes.length == 0) {
                return 0;
            }
            int rest = bytes.length;
            while (rest > 0x7f) {
                write(rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            write(rest);
            write(bytes, 0, bytes.length);
            return 1;
        }

        byte[] bytes() {
            return buf;
        }

        @Override
        public synchronized void reset() {
            super.reset();
            if (buf.length > 4 * BATCH) {
                buf = new byte[1_024];
            }
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

    /** A connection to the peer has ended: the writer looks whether it was that of its stream. */
    void connectionClosed() {
        queue.offer(Frame.WAKE, 0, 0, Deadline.NONE);
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        Stream last;
        Stream reading;
        lock.lock();
        try {
            closed = true;
            last = stream;
            reading = inbound;
            readied.signalAll();
        } finally {
            lock.unlock();
        }
        queue.close();
        if (last != null) {
            last.close();
        }
        if (reading != null) {
            reading.reset(ErrorCode.NONE);
        }
    }

    /** Ends the streams and the writer; does not wait. Idempotent. */
    void close() {
        end();
    }
}
