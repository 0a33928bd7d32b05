package libp2p.swarm.connmgr;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** Keeps one peer connected, on a thread of its own. */
final class PeerReconnector implements Runnable {
    private static final System.Logger LOG = System.getLogger(PeerReconnector.class.getName());

    /** In case an event was lost, the connections are looked at this often. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final DialOptions OPTIONS =
            DialOptions.DEFAULT.withIgnoreBackoff().withAllowLimited().withReason("kept peer");

    private final Host host;
    private final PeerId peer;
    private final PeerAddress address;
    private final ReconnectSchedule schedule;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private @Nullable Thread thread;
    private boolean lost;
    private boolean closed;

    PeerReconnector(Host host, PeerId peer, PeerAddress address) {
        this.host = host;
        this.peer = peer;
        this.address = address;
        this.schedule = new ReconnectSchedule(host.environment().random("swarm.keep"));
        this.changed = new TimedCondition(host.environment(), lock);
    }

    PeerId peer() {
        return peer;
    }

    /** The peer is not connected any more. */
    void lost() {
        lock.lock();
        try {
            lost = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread and the dial it may wait for; the connection stays. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            while (startsNextRound()) {
                if (isConnected()) {
                    long since = host.environment().nanoTime();
                    awaitLoss();
                    schedule.lost(Duration.ofNanos(host.environment().nanoTime() - since));
                } else {
                    dial();
                }
                if (!isConnected()) {
                    pause(schedule.next());
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            thread = closed ? null : Thread.currentThread();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            thread = null;
        } finally {
            lock.unlock();
        }
    }

    /** False when it is closed; a loss that was told before the round is looked at in it. */
    private boolean startsNextRound() {
        lock.lock();
        try {
            lost = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isConnected() {
        return !host.connections(peer).isEmpty();
    }

    private void dial() {
        try {
            host.connect(address, OPTIONS);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "kept peer " + peer + " not reached: " + e.getMessage());
        }
    }

    private void awaitLoss() throws InterruptedException {
        while (isConnected()) {
            lock.lock();
            try {
                if (!closed && !lost) {
                    changed.await(Deadline.after(host.environment(), LOOK));
                }
                if (closed) {
                    return;
                }
                lost = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private void pause(Duration time) throws InterruptedException {
        Deadline deadline = Deadline.after(host.environment(), time);
        lock.lock();
        try {
            changed.await(deadline, () -> closed);
        } finally {
            lock.unlock();
        }
    }
}
