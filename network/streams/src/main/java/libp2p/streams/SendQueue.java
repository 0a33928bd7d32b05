package libp2p.streams;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The streams with something to send on a connection, served in the {@link SendOrder} by the thread of the
 * {@link WriterElection}.
 *
 * <p>It holds senders, not frames: a sender stands in each queue once, however much it has to say. That bounds the
 * queues by the number of streams and makes equal frames melt into one. Any thread puts, one at a time takes.
 */
public final class SendQueue {
    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final SendOrder order = new SendOrder();
    private final WriterElection election;
    /** Whether the sender that is served may send data; of the thread that serves. */
    private boolean dataTurn;

    /** @param writerStart starts the writer thread; called with the lock held */
    SendQueue(Environment environment, Runnable writerStart) {
        this.environment = environment;
        this.election = new WriterElection(environment, lock, order, writerStart);
    }

    /** Which thread serves. */
    WriterElection election() {
        return election;
    }

    /** The sender has control frames. */
    public void control(Sender sender) {
        control(sender, null);
    }

    /**
     * As {@link #control(Sender)}.
     *
     * @param turn the promise of the caller to send it; null wakes the writer thread
     */
    void control(Sender sender, @Nullable FlushTurn turn) {
        lock.lock();
        try {
            enqueueControl(sender);
            election.want(turn != null); // even if it stands there already: it may have been queued to wait for others
        } finally {
            lock.unlock();
        }
    }

    /** The sender has control frames that leave with the next bytes: a parked writer is not woken for them. */
    void controlWithNext(Sender sender) {
        lock.lock();
        try {
            enqueueControl(sender);
        } finally {
            lock.unlock();
        }
    }

    private void enqueueControl(Sender sender) {
        if (!election.isClosed()) {
            order.addControl(sender);
        }
    }

    /** Whether the sender waits to send. */
    boolean holds(Sender sender) {
        lock.lock();
        try {
            return sender.inControl || sender.inData;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what {@link #controlWithNext} left waiting. */
    void wake() {
        lock.lock();
        try {
            election.want(false);
        } finally {
            lock.unlock();
        }
    }

    /** The sender has data that may be sent at once. */
    public void data(Sender sender) {
        data(sender, null);
    }

    /**
     * As {@link #data(Sender)}.
     *
     * @param turn the promise of the caller to send it; null wakes the writer thread
     */
    void data(Sender sender, @Nullable FlushTurn turn) {
        lock.lock();
        try {
            if (!election.isClosed() && order.addData(sender)) {
                election.wantData(turn != null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more waiting: the queue of this moment is the last that is served. */
    void finish() {
        lock.lock();
        try {
            election.finish();
        } finally {
            lock.unlock();
        }
    }

    /** Drops everything and ends the writer. */
    void close() {
        lock.lock();
        try {
            order.clear();
            election.close();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return election.isClosed();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the sender whose turn it is send; returns false if there is none. Called by the elected thread. */
    boolean serve(RecordWriter out) throws IOException {
        Sender sender = poll();
        if (sender == null) {
            return false;
        }
        if (sender.send(out, dataTurn)) {
            data(sender);
        }
        return true;
    }

    private @Nullable Sender poll() {
        environment.schedulePoint();
        lock.lock();
        try {
            Sender sender = order.take();
            if (sender == null) {
                election.satisfied();
                return null;
            }
            dataTurn = order.tookData();
            if (dataTurn) {
                election.turn();
            }
            return sender;
        } finally {
            lock.unlock();
        }
    }
}
