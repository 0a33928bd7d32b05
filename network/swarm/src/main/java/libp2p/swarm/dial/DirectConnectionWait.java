package libp2p.swarm.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.swarm.connection.SwarmConnection;

/** One caller that waits until a peer with a limited connection has another one, or none any more. */
final class DirectConnectionWait {
    private final DialContext context;
    private final PeerId peer;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private boolean fresh;

    DirectConnectionWait(DialContext context, PeerId peer) {
        this.context = context;
        this.peer = peer;
        this.changed = new TimedCondition(context.environment(), lock);
    }

    SwarmConnection await(Deadline deadline) throws IOException {
        Registration watch = context.table().watch(peer, this::changed);
        try {
            while (true) {
                SwarmConnection best = context.table().best(peer);
                if (best == null) {
                    throw new DialException(
                            peer, "the limited connection ended before a direct one was made", new LinkedHashMap<>());
                }
                if (!best.isLimited()) {
                    return best;
                }
                awaitChange(deadline);
            }
        } finally {
            watch.close();
        }
    }

    private void changed() {
        lock.lock();
        try {
            fresh = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void awaitChange(Deadline deadline) throws IOException {
        lock.lock();
        try {
            if (!changed.await(deadline, () -> fresh)) {
                throw new DeadlineExceededException("waiting for a direct connection to " + peer, peer);
            }
            fresh = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a direct connection");
        } finally {
            lock.unlock();
        }
    }
}
