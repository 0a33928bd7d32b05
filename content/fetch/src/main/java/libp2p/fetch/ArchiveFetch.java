package libp2p.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockWriter;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.delegated.trustless.WrongBytesException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * Gets a DAG by archives: one gateway sends the whole, several send the parts below the root, each the next that is
 * missing. Blocks that a gateway does not send are left to others.
 */
final class ArchiveFetch {
    private static final System.Logger LOG = System.getLogger(ArchiveFetch.class.getName());
    private static final int AT_ONCE = 2;

    private final FetchQueue queue;
    private final SourceTable table;
    private final BlockStore store;
    private final StoringFetcher fetcher;
    private final Budget budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<Cid> parts = new ArrayDeque<>();
    private final List<Thread> workers = new ArrayList<>();
    private int running;

    ArchiveFetch(FetchQueue queue, SourceTable table, BlockStore store, StoringFetcher fetcher, Budget budget) {
        this.queue = queue;
        this.table = table;
        this.store = store;
        this.fetcher = fetcher;
        this.budget = budget;
        changed = new TimedCondition(queue.environment(), lock);
    }

    /** Blocks until no gateway has more to send; whether everything has come is not known then. */
    void run(Cid root) throws IOException {
        List<FetchSource> sources = table.archives();
        if (sources.size() == 1) {
            fetch(sources.getFirst(), root);
            return;
        }
        parts.addAll(subtrees(root));
        if (parts.isEmpty()) {
            return; // leaves only: block by block they come from all sources
        }
        Environment environment = queue.environment();
        lock.lock();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                for (FetchSource source : sources) { // each its first part, so that a fast one does not take all
                    Cid first = parts.poll();
                    if (first != null) {
                        running++;
                        workers.add(environment.start("fetch archives", () -> work(source, first)));
                    }
                }
            }
            while (running > 0) {
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            workers.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching " + root);
        } finally {
            lock.unlock();
        }
    }

    private List<Cid> subtrees(Cid root) throws IOException {
        List<Cid> found = new ArrayList<>();
        Codec codec = Codec.of(root.codec());
        byte[] data = fetcher.get(root);
        if (codec != null) {
            try {
                codec.links(data, link -> {
                    if (link.codec() != Multicodec.RAW && !Block.isInherent(link)) {
                        found.add(link);
                    }
                });
            } catch (MalformedException e) {
                LOG.log(Level.DEBUG, () -> root + " has no links that can be read: " + e.getMessage());
            }
        }
        return found;
    }

    private void work(FetchSource source, Cid first) {
        try {
            Cid part = first;
            while (part != null && fetch(source, part)) {
                lock.lock();
                try {
                    part = parts.poll();
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            lock.lock();
            try {
                running--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** @return whether the source is worth another archive */
    private boolean fetch(FetchSource source, Cid part) {
        Environment environment = queue.environment();
        Reputation reputation = queue.options().reputation();
        long began = environment.nanoTime();
        long[] bytes = new long[1];
        table.begin(source);
        try (BlockWriter writer = new BlockWriter(environment, store)) {
            if (store.has(part)) {
                return true;
            }
            IOException cut = null;
            try {
                source.archive(
                        part,
                        budget,
                        block -> {
                            if (fetcher.policy().allows(block.cid())) {
                                writer.put(block);
                            }
                            bytes[0] += block.size();
                            queue.options().progress().block(source.name(), block.size());
                        },
                        Deadline.NONE);
            } catch (IOException e) {
                cut = e;
            }
            writer.flush(); // what came before the failure is good
            if (cut != null) {
                throw cut;
            }
            reputation.succeeded(source.name(), bytes[0], environment.nanoTime() - began);
            return true;
        } catch (WrongBytesException e) {
            table.lied(source, e);
        } catch (BlockNotFoundException e) {
            reputation.lacked(source.name());
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> source.name() + " did not send all below " + part + ": " + e.getMessage());
            reputation.failed(source.name());
        } finally {
            table.end(source);
        }
        return false;
    }
}
