package libp2p.discovery.namespace;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/** The results of several searches as they come, each peer once; a thread for each search hands them over. */
final class MergedPeers implements Results<PeerAddress> {
    private static final System.Logger LOG = System.getLogger(MergedPeers.class.getName());

    private final List<Results<PeerAddress>> searches;
    private final Limits limits;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<PeerAddress> waiting = new ArrayDeque<>();
    private final Set<PeerId> found = new HashSet<>();
    private int running;
    private int ended;
    private boolean closed;
    private @Nullable IOException failure;

    MergedPeers(Environment environment, List<Results<PeerAddress>> searches, Limits limits, Deadline deadline) {
        this.searches = List.copyOf(searches);
        this.limits = limits;
        this.deadline = deadline;
        this.changed = new TimedCondition(environment, lock);
        this.running = searches.size();
        for (Results<PeerAddress> search : searches) {
            environment.start("find-peers", () -> run(search));
        }
    }

    private void run(Results<PeerAddress> search) {
        IOException error = null;
        try (search) {
            for (PeerAddress peer; (peer = search.next()) != null; ) {
                if (!put(peer)) {
                    break;
                }
            }
        } catch (IOException e) {
            error = e;
            LOG.log(Level.DEBUG, () -> "one of several searches for peers failed: " + e.getMessage());
        } finally {
            ended(error);
        }
    }

    private void ended(@Nullable IOException error) {
        lock.lock();
        try {
            running--;
            if (error == null) {
                ended++;
            } else if (failure == null) {
                failure = error;
            } else {
                failure.addSuppressed(error);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Hands a result over; waits while too many lie here. Returns whether more are wanted. */
    private boolean put(PeerAddress peer) {
        lock.lock();
        try {
            while (!closed && waiting.size() >= limits.waiting()) {
                if (!changed.await(deadline)) {
                    return false;
                }
            }
            if (closed || found.size() >= limits.results()) {
                return false;
            }
            if (peer.peer() != null && found.add(peer.peer())) {
                waiting.add(peer);
                changed.signalAll();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable PeerAddress next() throws IOException {
        lock.lock();
        try {
            while (waiting.isEmpty() && running > 0 && !closed && changed.await(deadline)) {
                // something has changed
            }
            PeerAddress next = waiting.poll();
            changed.signalAll();
            IOException error = failure;
            if (next == null && error != null && ended == 0 && found.isEmpty() && running == 0 && !closed) {
                failure = null;
                throw error;
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for peers was interrupted");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        searches.forEach(Results::close); // wakes the threads, which end
    }
}
