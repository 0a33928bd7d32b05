package libp2p.kad;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageStream;
import libp2p.kad.message.KadMessage;
import org.jspecify.annotations.Nullable;

/**
 * Streams on which peers have answered, kept for the next request: a request on one of them costs no new stream, no
 * negotiation and no thread of the remote peer. One for each peer, bounded in number and time. Thread-safe; nothing
 * blocks.
 */
final class StreamPool implements AutoCloseable {
    /** A stream for requests to a peer. */
    static final class Line {
        private final PeerId peer;
        private final MessageStream<KadMessage, KadMessage> messages;
        private long until;
        private volatile boolean ended;

        private Line(PeerId peer, MessageStream<KadMessage, KadMessage> messages) {
            this.peer = peer;
            this.messages = messages;
        }

        MessageStream<KadMessage, KadMessage> messages() {
            return messages;
        }
    }

    private final Environment environment;
    private final int most;
    private final long idleNanos;
    private final RepeatingTimer sweeps;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those kept longest first. */
    private final Map<PeerId, Line> idle = new LinkedHashMap<>();

    private boolean closed;

    /**
     * Keeps nothing yet.
     *
     * @param most streams at a time; the one kept longest makes room
     * @param time for which a stream is kept; shorter than peers wait for the next request
     */
    StreamPool(Environment environment, int most, Duration time) {
        this.environment = environment;
        this.most = most;
        this.idleNanos = time.toNanos();
        this.sweeps = new RepeatingTimer(environment, timer -> sweep());
    }

    /** A line over a new stream. */
    Line line(PeerId peer, Stream stream, MessageStream<KadMessage, KadMessage> messages) {
        Line line = new Line(peer, messages);
        stream.onRemoteEnd(() -> ended(line));
        return line;
    }

    /** The line that is kept for a peer, which is the caller's from now on; null if there is none. */
    @Nullable
    Line take(PeerId peer) {
        lock.lock();
        try {
            return idle.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a line, or closes it if the remote peer has ended it or there is one for the peer already. */
    void keep(Line line) {
        Line superfluous = null;
        lock.lock();
        try {
            if (closed || most < 1 || line.ended || idle.containsKey(line.peer)) {
                superfluous = line;
            } else {
                if (idle.isEmpty()) {
                    sweeps.arm(idleNanos);
                }
                line.until = environment.nanoTime() + idleNanos;
                idle.put(line.peer, line);
                if (idle.size() > most) {
                    Iterator<Line> oldest = idle.values().iterator();
                    superfluous = oldest.next();
                    oldest.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        if (superfluous != null) {
            superfluous.messages.close();
        }
    }

    /** The remote peer has ended a stream, which may be kept. */
    private void ended(Line line) {
        line.ended = true;
        boolean kept;
        lock.lock();
        try {
            kept = idle.remove(line.peer, line);
        } finally {
            lock.unlock();
        }
        if (kept) {
            line.messages.close();
        }
    }

    private void sweep() {
        List<Line> old = new ArrayList<>();
        lock.lock();
        try {
            long now = environment.nanoTime();
            Iterator<Line> oldest = idle.values().iterator();
            while (oldest.hasNext()) {
                Line line = oldest.next();
                if (line.until - now > 0) {
                    sweeps.arm(line.until - now);
                    break;
                }
                old.add(line);
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
        old.forEach(line -> line.messages.close());
    }

    /** Closes the streams that are kept, and those that are given back from now on. */
    @Override
    public void close() {
        List<Line> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(idle.values());
            idle.clear();
        } finally {
            lock.unlock();
        }
        sweeps.close();
        all.forEach(line -> line.messages.close());
    }
}
