package libp2p.node.nat;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.PeerId;
import libp2p.nat.address.Circuits;
import org.jspecify.annotations.Nullable;

/** Waits until a peer is connected without a relay. */
public final class DirectWait implements HostService {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable TimedCondition opened;
    private @Nullable Host host;

    @Override
    public void start(Host started) {
        lock.lock();
        try {
            host = started;
            opened = new TimedCondition(started.environment(), lock);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void connectionOpened(Connection connection) {
        lock.lock();
        try {
            if (opened != null) {
                opened.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isDirect(Host host, PeerId peer) {
        return host.connections(peer).stream().anyMatch(connection -> !Circuits.isRelayed(connection));
    }

    /** Waits; false if there is no direct connection in time. */
    public boolean await(PeerId peer, Duration most) throws InterruptedException {
        lock.lock();
        try {
            Host here = host;
            TimedCondition waiting = opened;
            if (here == null || waiting == null) {
                return false;
            }
            Deadline until = Deadline.after(here.environment(), most);
            while (!isDirect(here, peer)) {
                if (!waiting.await(until)) {
                    return isDirect(here, peer);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        // nothing is held
    }
}
