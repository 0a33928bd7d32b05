package libp2p.exchange.routing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/**
 * Several searches as one: each has a thread, results come as they are found, each peer once. A search that fails is an
 * error only if nobody else found anything.
 */
final class MergedResults implements Results<PeerAddress> {
    /** Results that wait to be taken; a search that is ahead of the taker waits. */
    private static final int WAITING = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<PeerAddress> ready = new ArrayDeque<>();
    private final Set<Object> seen = new HashSet<>();
    private final List<Results<PeerAddress>> searches;
    private int running;
    private boolean found;
    private boolean closed;
    private @Nullable IOException failure;

    private MergedResults(Environment environment, List<Results<PeerAddress>> searches) {
        this.searches = searches;
        changed = new TimedCondition(environment, lock);
        running = searches.size();
    }

    static Results<PeerAddress> of(Environment environment, List<Results<PeerAddress>> searches) {
        MergedResults merged = new MergedResults(environment, new ArrayList<>(searches));
        searches.forEach(search -> environment.start("providers", () -> merged.drain(search)));
        return merged;
    }

    private void drain(Results<PeerAddress> search) {
        IOException failed = null;
        try {
            PeerAddress result = search.next();
            while (result != null && put(result)) {
                result = search.next();
            }
        } catch (IOException e) {
            failed = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                running--;
                failure = failure == null ? failed : failure;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean put(PeerAddress result) throws InterruptedException {
        lock.lock();
        try {
            while (ready.size() >= WAITING && !closed) {
                changed.await(Deadline.NONE);
            }
            if (closed) {
                return false;
            }
            Object key = result.peer() == null ? result.addresses() : result.peer();
            if (seen.add(key)) {
                found = true;
                ready.add(result);
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable PeerAddress next() throws IOException {
        lock.lock();
        try {
            while (ready.isEmpty() && running > 0 && !closed) {
                changed.await(Deadline.NONE);
            }
            PeerAddress result = ready.poll();
            changed.signalAll();
            if (result == null && !found && failure != null && !closed) {
                throw failure;
            }
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for providers");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ready.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        searches.forEach(Results::close);
    }
}
