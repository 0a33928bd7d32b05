package libp2p.nat.dcutr;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.nat.dcutr.HolePuncher.Attempt;
import libp2p.nat.dcutr.PunchEvent.Via;
import org.jspecify.annotations.Nullable;

/** The peers with whom a direct connection is being made, one attempt each, a bounded number. Thread-safe. */
final class ActivePunches {
    /** An attempt that goes on. */
    private static final class Active {
        /** The thread that answers the peer; null where this host is the one that starts. */
        final @Nullable Thread answering;

        Attempt attempt;
        boolean superseded;

        Active(@Nullable Thread answering, Attempt attempt) {
            this.answering = answering;
            this.attempt = attempt;
        }
    }

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition left;
    private final Map<PeerId, Active> active = new HashMap<>();

    ActivePunches(Environment environment, int most) {
        this.most = most;
        this.left = new TimedCondition(environment, lock);
    }

    /**
     * Begins with a peer, and waits for a place before: those that hold all keep no other from its own turn.
     *
     * @return false if an attempt with the peer goes on already, or there was no place in time
     */
    boolean start(PeerId peer, Deadline until) throws InterruptedException {
        lock.lock();
        try {
            left.await(until, () -> active.size() < most || active.containsKey(peer));
            return add(peer, new Active(null, new Attempt(Via.REVERSAL, 0)));
        } finally {
            lock.unlock();
        }
    }

    private boolean add(PeerId peer, Active attempt) {
        return active.size() < most && active.putIfAbsent(peer, attempt) == null;
    }

    /**
     * Begins to answer a peer on the calling thread. The peer begins a try only when it has given up the last one: an
     * answer that goes on is interrupted, and this method waits until it has ended.
     *
     * @param number of the try, from 1
     * @return false if this host itself has started with the peer, or there are too many
     */
    boolean answer(PeerId peer, int number) throws InterruptedException {
        lock.lock();
        try {
            Active before = active.get(peer);
            if (before != null && before.answering != null) {
                before.superseded = true;
                before.answering.interrupt();
                while (active.get(peer) == before) {
                    left.await(Deadline.NONE); // it was interrupted, and has a deadline of its own besides
                }
            }
            return add(peer, new Active(Thread.currentThread(), new Attempt(Via.PUNCH, number)));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the peer of the calling thread's answer has begun another try. */
    boolean isSuperseded(PeerId peer) {
        lock.lock();
        try {
            Active current = active.get(peer);
            return current != null && current.superseded;
        } finally {
            lock.unlock();
        }
    }

    /** The attempt that goes on now. */
    void progress(PeerId peer, Via via, int number) {
        lock.lock();
        try {
            Active current = active.get(peer);
            if (current != null) {
                current.attempt = new Attempt(via, number);
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Attempt of(PeerId peer) {
        lock.lock();
        try {
            Active current = active.get(peer);
            return current == null ? null : current.attempt;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the attempt of the calling thread. An interrupt that was meant for the attempt does not outlive it. */
    void leave(PeerId peer) {
        lock.lock();
        try {
            Active ended = active.remove(peer);
            if (ended != null && ended.superseded) {
                boolean _ = Thread.interrupted();
            }
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
