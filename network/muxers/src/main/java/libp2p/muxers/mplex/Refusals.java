package libp2p.muxers.mplex;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.streams.RecordWriter;
import libp2p.streams.Sender;

/** Resets for streams that were refused. Bounded. The reading thread puts, the writer thread sends. */
final class Refusals extends Sender {
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] ids;
    private int count;

    Refusals(int most) {
        this.ids = new long[most];
    }

    /** Queues a reset; returns false when too many wait. */
    boolean add(long id) {
        lock.lock();
        try {
            if (count == ids.length) {
                return false;
            }
            ids[count++] = id;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected boolean send(RecordWriter out, boolean data) throws IOException {
        long id;
        while ((id = take()) >= 0) {
            out.putVarint(Frame.header(Frame.RESET_RECEIVER, id));
            out.putVarint(0);
        }
        return false;
    }

    private long take() {
        lock.lock();
        try {
            return count == 0 ? -1 : ids[--count];
        } finally {
            lock.unlock();
        }
    }
}
