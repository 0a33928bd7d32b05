package libp2p.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.bitswap.BitswapSession;
import libp2p.bitswap.PeerServiceObserver;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A session of Bitswap, begun when it is first needed. Thread-safe. */
final class BitswapSource implements FetchSource, AutoCloseable {
    static final String NAME = "bitswap";

    private final Fetcher.Exchange exchange;
    private final List<PeerAddress> peers;
    private final Duration patience;
    private final PeerServiceObserver observer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable BitswapSession session;
    private boolean closed;

    BitswapSource(Fetcher.Exchange exchange, List<PeerAddress> peers, Duration patience, PeerServiceObserver observer) {
        this.observer = observer;
        this.exchange = exchange;
        this.peers = peers;
        this.patience = patience;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] block(Cid cid, Deadline deadline) throws IOException {
        return session().get(cid);
    }

    BitswapSession session() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the fetch was ended");
            }
            BitswapSession open = session;
            if (open == null) {
                open = exchange.open().session(patience, observer);
                peers.forEach(open::add);
                session = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The session if it has begun. */
    @Nullable
    BitswapSession begun() {
        lock.lock();
        try {
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** The traffic of the session so far. */
    Fetcher.Received received() {
        BitswapSession open = begun();
        return open == null
                ? new Fetcher.Received(0, 0, 0)
                : new Fetcher.Received(open.blocks(), open.bytes(), open.duplicates());
    }

    /** Waits until the blocks of the session are durable; blocks. */
    void flush() throws IOException {
        BitswapSession open = begun();
        if (open != null) {
            open.flush();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (session != null) {
                session.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
