package libp2p.bitswap;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that a peer and this host have given each other. Thread-safe. */
final class Ledger {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    void sent(long bytes) {
        sent.addAndGet(bytes);
    }

    void received(long bytes) {
        received.addAndGet(bytes);
    }

    /** Debt ratio: bytes sent for each byte received. */
    double debt() {
        return sent.get() / (received.get() + 1.0);
    }
}
