package libp2p.bitswap;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Multihash;

/**
 * The blocks that this host has asked peers for lately, so that one that comes late is told apart from one that no peer was
 * asked for. Of all peers together: what a host remembers of its own wants does not grow with the strangers that are connected.
 * Thread-safe.
 */
final class AskedBlocks {
    /** Blocks that are remembered. */
    static final int MOST = 65_536;

    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedSet<Multihash> asked = new LinkedHashSet<>();

    /** Remembers wants of this host, and forgets those that were remembered longest ago. */
    void add(List<BitswapMessage.Want> wants) {
        lock.lock();
        try {
            for (BitswapMessage.Want want : wants) {
                if (!want.cancel()) {
                    asked.addLast(want.cid().hash());
                }
            }
            while (asked.size() > MOST) {
                asked.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a block was asked for. */
    boolean contains(Multihash hash) {
        lock.lock();
        try {
            return asked.contains(hash);
        } finally {
            lock.unlock();
        }
    }
}
