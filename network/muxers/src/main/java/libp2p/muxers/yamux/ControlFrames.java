package libp2p.muxers.yamux;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.RecordWriter;
import libp2p.streams.Sender;

/**
 * The frames of a connection that belong to no stream of it: pings, answers to pings, and resets for streams that were
 * refused. All are bounded. Any thread puts, the writer thread sends.
 */
final class ControlFrames extends Sender {
    /** Frames as they will be written: their first eight bytes and their last four. Grows to its bound when needed. */
    private static final class Batch {
        private static final int FIRST = 4;
        private static final long[] NO_HEADS = {};
        private static final int[] NO_LENGTHS = {};

        private final int most;
        private long[] heads = NO_HEADS;
        private int[] lengths = NO_LENGTHS;
        private int count;

        Batch(int most) {
            this.most = most;
        }

        boolean add(long head, int length) {
            if (count == most) {
                return false;
            }
            if (count == heads.length) {
                int room = Math.max(FIRST, count * 2);
                heads = Arrays.copyOf(heads, room);
                lengths = Arrays.copyOf(lengths, room);
            }
            heads[count] = head;
            lengths[count++] = length;
            return true;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Runnable pingSent;
    private Batch pongs;
    private Batch sparePongs;
    private Batch refusals;
    private Batch spareRefusals;
    private boolean pinging;
    private int ping;

    /** @param pingSent runs on the writer thread when a ping has been written */
    ControlFrames(MuxerLimits limits, Runnable pingSent) {
        this.pingSent = pingSent;
        this.pongs = new Batch(limits.yamux().pendingPongs());
        this.sparePongs = new Batch(limits.yamux().pendingPongs());
        this.refusals = new Batch(limits.refusals().pending());
        this.spareRefusals = new Batch(limits.refusals().pending());
    }

    /** Queues a ping. */
    void ping(int value) {
        lock.lock();
        try {
            pinging = true;
            ping = value;
        } finally {
            lock.unlock();
        }
    }

    /** Queues the answer to a ping; it is dropped when too many wait. */
    void pong(int value) {
        lock.lock();
        try {
            pongs.add(Frame.head(Frame.PING, Frame.ACK, 0), value);
        } finally {
            lock.unlock();
        }
    }

    /** Queues the reset of a stream that was refused; returns false when too many wait. */
    boolean refuse(long id, long code) {
        lock.lock();
        try {
            return refusals.add(Frame.head(Frame.WINDOW_UPDATE, Frame.RST, id), (int) code);
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected boolean send(RecordWriter out, boolean data) throws IOException {
        boolean pingNow;
        Batch answers;
        Batch resets;
        int value;
        lock.lock();
        try {
            value = ping;
            pingNow = pinging;
            pinging = false;
            answers = pongs;
            pongs = sparePongs;
            sparePongs = answers;
            resets = refusals;
            refusals = spareRefusals;
            spareRefusals = resets;
        } finally {
            lock.unlock();
        }
        if (pingNow) {
            pingSent.run();
            out.put(Frame.head(Frame.PING, Frame.SYN, 0), value);
        }
        write(out, answers);
        write(out, resets);
        return false;
    }

    /** The batch is the writer thread's until it is empty. */
    private static void write(RecordWriter out, Batch batch) throws IOException {
        for (int i = 0; i < batch.count; i++) {
            out.put(batch.heads[i], batch.lengths[i]);
        }
        batch.count = 0;
    }
}
