package libp2p.exchange.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.bitswap.Bitswap;
import libp2p.exchange.bitswap.BitswapSession;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Gets the blocks of one DAG from the store, and what is not there from peers, for which the exchange is started only then.
 * What was fetched stays in the store, so that a fetch that was ended goes on where it was; it is kept from garbage collection
 * until the fetcher is closed. Thread-safe.
 */
public final class Fetcher implements BlockSource, AutoCloseable {
    /** Where the exchange comes from; called once at most, and may block. */
    @FunctionalInterface
    public interface Exchange {
        Bitswap open() throws IOException;
    }

    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final Exchange exchange;
    private final List<PeerAddress> peers;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable BitswapSession session;

    /**
     * A fetcher.
     *
     * @param peers that are asked first
     * @param patience how long a block is waited for while nothing comes from anybody
     */
    public Fetcher(BlockStore store, Exchange exchange, List<PeerAddress> peers, Duration patience) {
        this.store = store;
        this.exchange = exchange;
        this.peers = List.copyOf(peers);
        this.patience = patience;
        lease = store.lease();
    }

    /** Traffic from peers: blocks, their bytes, and blocks that came again. */
    public record Received(long blocks, long bytes, long duplicates) {}

    @Override
    public byte[] get(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        byte[] data = store.find(cid);
        return data == null ? session().get(cid) : data;
    }

    @Override
    public void prefetch(List<Cid> cids) {
        List<Cid> missing = new ArrayList<>();
        try {
            for (Cid cid : cids) {
                if (!store.has(cid)) {
                    missing.add(cid);
                }
            }
            if (!missing.isEmpty()) {
                session().prefetch(missing);
            }
        } catch (IOException e) {
            System.getLogger(Fetcher.class.getName())
                    .log(System.Logger.Level.DEBUG, "nothing is fetched beforehand: " + e.getMessage());
        }
    }

    private BitswapSession session() throws IOException {
        lock.lock();
        try {
            BitswapSession open = session;
            if (open == null) {
                open = exchange.open().session(patience);
                peers.forEach(open::add);
                session = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The traffic from peers so far. */
    public Received received() {
        lock.lock();
        try {
            return session == null
                    ? new Received(0, 0, 0)
                    : new Received(session.blocks(), session.bytes(), session.duplicates());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until what came is durable; blocks. */
    public void flush() throws IOException {
        BitswapSession open;
        lock.lock();
        try {
            open = session;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.flush();
        }
    }

    /** Ends what is under way; to be called after the root is pinned, if it is to be. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (session != null) {
                session.close();
            }
        } finally {
            lock.unlock();
        }
        lease.close();
    }
}
