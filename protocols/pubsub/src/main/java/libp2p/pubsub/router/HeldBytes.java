package libp2p.pubsub.router;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that peers make this host hold, of all peers together. A peer has room for as many as all of them leave free
 * beside what it has, so that one alone has half of them at most, and for a small part whatever the others have taken.
 * Thread-safe; peers that come at the same time may pass the bound by what each of them brings.
 */
public final class HeldBytes {
    /** Each peer has room for one part of so many. */
    private static final int PARTS = 256;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes of all peers together */
    public HeldBytes(long most) {
        this.most = most;
    }

    /** How many more a peer has room for, not below 0. */
    public long room(long has) {
        return Math.max(0, Math.max(most / PARTS, most - held.get()) - has);
    }

    /** Counts bytes that a peer has more, or less, than before. */
    public void add(long bytes) {
        held.addAndGet(bytes);
    }

    /** Those of all peers. */
    public long all() {
        return held.get();
    }
}
