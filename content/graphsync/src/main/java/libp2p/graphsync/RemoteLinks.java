package libp2p.graphsync;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The links that a peer has walked for a request, with the blocks that came, in order, from the thread that reads the
 * peer's messages to the one that walks. When there are too many the reading thread waits. Thread-safe.
 */
final class RemoteLinks {
    /**
     * A step of the peer's walk.
     *
     * @param data of the block if it came, whose hash is the link's
     */
    record Link(Cid cid, LinkAction action, byte @Nullable [] data) {}

    private final PeerId peer;
    private final Environment environment;
    private final GraphSyncLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<Link> links = new ArrayDeque<>();
    private long bytes;
    private @Nullable ResponseStatus status;
    private @Nullable IOException failure;
    private boolean closed;

    RemoteLinks(PeerId peer, Environment environment, GraphSyncLimits limits) {
        this.peer = peer;
        this.environment = environment;
        this.limits = limits;
        changed = new TimedCondition(environment, lock);
    }

    /**
     * Takes a part of the peer's answer; waits for room. A block goes to the first link that says that it is sent. The
     * blocks are not copied: a message may have many parts, each of which names few of them.
     *
     * @param blocks of the message by CID
     */
    void received(GraphSyncMessage.Response response, Map<Cid, byte[]> blocks) throws IOException {
        Set<Cid> given = new HashSet<>();
        lock.lock();
        try {
            while (!closed
                    && !links.isEmpty()
                    && (bytes >= limits.queuedBytes() || links.size() >= limits.queuedLinks())) {
                changed.await(Deadline.NONE);
            }
            if (closed || status != null && status.isLast()) {
                return;
            }
            for (GraphSyncMessage.Metadatum item : response.metadata()) {
                boolean first = item.action() == LinkAction.PRESENT && given.add(item.link());
                byte[] data = first ? blocks.get(item.link()) : null;
                links.add(new Link(item.link(), item.action(), data));
                bytes += data == null ? 0 : data.length;
            }
            status = response.status();
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an answer waited to be walked");
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next step of the peer's walk; blocks.
     *
     * @return null if the peer has ended, and not by a failure
     * @throws RequestFailedException if it ended by a failure
     * @throws DeadlineExceededException if nothing came for {@link GraphSyncLimits#patience}
     */
    @Nullable
    Link next(Cid root) throws IOException {
        lock.lock();
        try {
            Deadline deadline = patience();
            boolean paused = isPaused();
            while (links.isEmpty()) {
                if (failure != null) {
                    throw failure;
                }
                if (status != null && status.isLast()) {
                    if (status.isFailure()) {
                        throw new RequestFailedException(peer, root, status);
                    }
                    return null;
                }
                if (!changed.await(deadline)) {
                    throw new DeadlineExceededException("graphsync answer of " + peer + " for " + root, peer);
                }
                if (paused != isPaused()) {
                    paused = isPaused();
                    deadline = patience();
                }
            }
            return take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for blocks of " + root);
        } finally {
            lock.unlock();
        }
    }

    private Link take() {
        Link link = links.removeFirst();
        bytes -= link.data() == null ? 0 : link.data().length;
        changed.signalAll();
        return link;
    }

    /** The next step if it is here or comes and is that of a link; for links of which the peer may say nothing. */
    void skipIfNext(Cid cid, Cid root) throws IOException {
        lock.lock();
        try {
            Deadline deadline = patience();
            while (links.isEmpty() && failure == null && (status == null || !status.isLast())) {
                if (!changed.await(deadline)) {
                    throw new DeadlineExceededException("graphsync answer of " + peer + " for " + root, peer);
                }
            }
            Link first = links.peekFirst();
            if (first != null && first.cid().equals(cid)) {
                take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for blocks of " + root);
        } finally {
            lock.unlock();
        }
    }

    private boolean isPaused() {
        return ResponseStatus.PAUSED.equals(status);
    }

    private Deadline patience() {
        return Deadline.after(environment, isPaused() ? limits.pausedPatience() : limits.patience());
    }

    /** The last status of the peer. */
    @Nullable
    ResponseStatus status() {
        lock.lock();
        try {
            return status;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes from the peer. */
    void fail(IOException cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No walk goes on: all links of the remote are dropped. */
    void close() {
        lock.lock();
        try {
            closed = true;
            links.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
