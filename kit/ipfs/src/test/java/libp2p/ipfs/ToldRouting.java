package libp2p.ipfs;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/** A routing that remembers what it is to announce. */
final class ToldRouting implements ContentRouting, HostService {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Multihash> told = new HashSet<>();
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile CountDownLatch held = new CountDownLatch(0);

    /** Lets announcements wait until the latch is counted down. */
    CountDownLatch holdUp() {
        held = new CountDownLatch(1);
        return held;
    }

    void awaitHeldUp() throws InterruptedException {
        reached.await();
    }

    @Override
    public void start(Host host) {}

    @Override
    public void provide(Cid cid, Deadline deadline) {}

    @Override
    public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
        return Results.none();
    }

    @Override
    public void startProviding(Collection<Cid> cids) {
        reached.countDown();
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            cids.forEach(cid -> told.add(cid.hash()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stopProviding(Collection<Cid> cids) {
        lock.lock();
        try {
            cids.forEach(cid -> told.remove(cid.hash()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isTold(Cid cid) {
        lock.lock();
        try {
            return told.contains(cid.hash());
        } finally {
            lock.unlock();
        }
    }

    void awaitTold(Set<Cid> cids) throws InterruptedException {
        lock.lock();
        try {
            while (!cids.stream().allMatch(cid -> told.contains(cid.hash()))) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void awaitStopped(Cid cid) throws InterruptedException {
        lock.lock();
        try {
            while (told.contains(cid.hash())) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
