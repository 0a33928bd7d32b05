package libp2p.ipfs;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Pins;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.routing.ContentRouting;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Tells the network what a repository holds, as far as a strategy names it: at the start what is there, then what is
 * pinned or stored, whichever way it comes; and no more what was removed. Those who pin and store do not wait for it.
 * What waits is bounded: when it is too much, that is logged, and everything is gone through once more. Thread-safe.
 */
public final class Announcements implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Announcements.class.getName());
    /** CIDs that the routing is handed at a time. */
    private static final int AT_ONCE = 1024;
    /** Pins and batches of blocks that wait. */
    private static final int MOST_WAITING = 1024;

    /** Gives the CIDs of something that is to be announced. */
    @FunctionalInterface
    private interface Work {
        void named(ProvideStrategy.Visitor visitor) throws IOException;
    }

    private final Environment environment;
    private final Repository repository;
    private final BlockStore blocks;
    private final @Nullable ProvideStrategy strategy;
    private final Supplier<Optional<ContentRouting>> routing;
    private final Repository.Observer observer = new Changes();
    private final AtomicLong announced = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<Work> waiting = new ArrayDeque<>();
    private boolean isBehind;
    private boolean working;
    private volatile boolean closed;

    private Announcements(
            Environment environment,
            Repository repository,
            @Nullable ProvideStrategy strategy,
            Supplier<Optional<ContentRouting>> routing) {
        this.environment = environment;
        this.repository = repository;
        this.strategy = strategy;
        this.routing = routing;
        blocks = repository.blocks();
        changed = new TimedCondition(environment, lock);
    }

    /**
     * Begins with what is there; does not block.
     *
     * @param strategy what is announced; null for nothing but what others ask the routing for, which still ends with the
     *     blocks
     * @param routing where it is announced, if there is one; one that announces only once is passed over
     */
    public static Announcements start(
            Environment environment,
            Repository repository,
            @Nullable ProvideStrategy strategy,
            Supplier<Optional<ContentRouting>> routing) {
        Announcements announcements = new Announcements(environment, repository, strategy, routing);
        repository.observe(announcements.observer);
        announcements.add(visitor -> {
            announcements.withdrawRemoved();
            announcements.nameAll(visitor);
        });
        return announcements;
    }

    /** Announces everything that the strategy names once more; blocks. Returns how many CIDs that were. */
    public long announceAll() throws IOException {
        return announce(this::nameAll);
    }

    /** CIDs that were handed to the routing since the start; those that it knew are counted too. */
    public long announced() {
        return announced.get();
    }

    private void nameAll(ProvideStrategy.Visitor visitor) throws IOException {
        if (strategy != null) {
            strategy.named(blocks, repository.pins(), visitor);
        }
    }

    /** What was removed while no node ran, or by one that ended before it had told the network. */
    private void withdrawRemoved() throws IOException {
        Optional<ContentRouting> told = routing.get();
        if (told.isPresent()) {
            repository.beginWithdrawals();
            List<Cid> noted = cids(repository.withdrawn());
            for (int from = 0; from < noted.size(); from += AT_ONCE) {
                withdraw(told.get(), noted.subList(from, Math.min(noted.size(), from + AT_ONCE)));
            }
            repository.clearWithdrawals();
        }
    }

    /** Announces those of the blocks no more that are not here. */
    private void withdraw(ContentRouting told, List<Cid> cids) throws IOException {
        List<Cid> missing = blocks.missing(cids);
        if (!missing.isEmpty()) {
            try {
                told.stopProviding(missing);
            } catch (UnsupportedOperationException once) {
                LOG.log(Level.DEBUG, "nothing is announced again and again, and so nothing ends");
            }
        }
    }

    private static List<Cid> cids(Collection<Multihash> hashes) {
        return hashes.stream().map(hash -> Cid.v1(Multicodec.RAW, hash)).toList();
    }

    /** Hears of what happens to the repository. */
    private final class Changes implements Repository.Observer {
        @Override
        public void stored(List<Multihash> hashes) {
            if (strategy == ProvideStrategy.ALL) {
                List<Cid> cids = cids(hashes);
                add(visitor -> {
                    for (Cid cid : cids) {
                        visitor.cid(cid);
                    }
                });
            }
        }

        @Override
        public void pinned(Cid cid, Pins.Kind kind) {
            ProvideStrategy named = strategy;
            if (named != null && named != ProvideStrategy.ALL) { // which has heard of the blocks
                add(visitor -> named.named(blocks, cid, kind, visitor));
            }
        }

        @Override
        public void removed(Collection<Multihash> hashes) {
            Optional<ContentRouting> told = routing.get();
            if (told.isPresent()) {
                try {
                    withdraw(told.get(), cids(hashes));
                } catch (IOException | RuntimeException e) { // nothing is to stop the removal
                    LOG.log(Level.WARNING, "removed blocks stay announced until the next start: " + e.getMessage());
                }
            }
        }
    }

    private void add(Work work) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (waiting.size() < MOST_WAITING) {
                waiting.add(work);
            } else if (!isBehind) {
                isBehind = true;
                LOG.log(
                        Level.WARNING,
                        "announcements are behind: " + MOST_WAITING
                                + " pins or batches of blocks wait; later ones are found when these are done, by going"
                                + " through everything");
            }
            if (!working) {
                working = true;
                environment.start("announcements", this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Work next() {
        lock.lock();
        try {
            Work next = closed ? null : waiting.poll();
            if (next == null && isBehind && !closed) {
                isBehind = false;
                LOG.log(Level.INFO, "announcements: everything is gone through once more");
                next = this::nameAll;
            }
            if (next == null) {
                working = false;
                changed.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Work work = next(); work != null; work = next()) {
            try {
                announce(work);
            } catch (IOException | RuntimeException e) { // the routing may have ended before this
                if (!closed) {
                    LOG.log(Level.WARNING, "not everything can be announced: " + e.getMessage());
                }
            }
        }
    }

    private long announce(Work work) throws IOException {
        long[] count = {0};
        List<Cid> batch = new ArrayList<>();
        work.named(cid -> {
            batch.add(cid);
            if (batch.size() >= AT_ONCE) {
                count[0] += tell(batch);
                batch.clear();
            }
        });
        return count[0] + tell(batch);
    }

    private int tell(List<Cid> cids) throws IOException {
        Optional<ContentRouting> told = routing.get();
        if (closed) {
            throw new IOException("the announcements have ended");
        }
        if (cids.isEmpty() || told.isEmpty()) {
            return 0;
        }
        try {
            told.get().startProviding(List.copyOf(cids));
        } catch (UnsupportedOperationException once) { // servers of delegated routing alone
            return 0;
        }
        announced.addAndGet(cids.size());
        withdraw(told.get(), cids); // what was removed meanwhile
        return cids.size();
    }

    /** Begins nothing more, and waits for what is under way. What was told stays told. */
    @Override
    public void close() {
        repository.ignore(observer);
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            while (working) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
