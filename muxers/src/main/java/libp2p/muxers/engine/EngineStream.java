package libp2p.muxers.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of any muxer: what applications see of it, and what the two threads of the session do to it. A muxer adds its
 * frames and its flow control.
 */
public abstract class EngineStream extends Sender implements MuxedStream {
    private final Session<?> session;
    private final StreamCore core;
    private final ReceiveHalf receiving;
    private final SendHalf sending;
    private final boolean outbound;
    private long charged;
    private long lingerSince; // when this closed stream last got on; 0 while it is not closed
    private boolean endTold;
    private volatile boolean forgotten;
    private @Nullable Runnable endAction;

    /** Whether the remote peer has yet to acknowledge this stream; guarded by the table of streams. */
    boolean unacknowledged;

    /** Whether no application has this stream of the remote peer yet; guarded by the table of streams. */
    boolean waiting;

    /**
     * @param outbound whether this host opens it
     * @param charged bytes that were charged to the memory account for it
     */
    protected EngineStream(Session<?> session, boolean outbound, long charged) {
        this.session = session;
        this.core = new StreamCore(session.environment(), new StreamState(!outbound));
        this.receiving = new ReceiveHalf(core, session.pool(), this::consumed);
        this.sending = new SendHalf(
                core, session.pool(), session.memory(), session.limits().sendBuffer(), this::sendIfPossible);
        this.outbound = outbound;
        this.charged = charged;
    }

    // ------------------------------------------------------------------ what a muxer adds

    /** The key in the table of streams. */
    protected abstract long key();

    /** Bytes have left the receive queue for good. Called with the lock held. */
    protected abstract void consumed(int count);

    /** How many bytes flow control lets us send now. Called with the lock held. */
    protected abstract long credit();

    /** An application takes this stream of the remote peer. Called with the lock held. */
    protected void accepted() {}

    // ------------------------------------------------------------------ what a muxer uses

    protected final void lock() {
        core.lock.lock();
    }

    protected final void unlock() {
        core.lock.unlock();
    }

    /** Needs the lock. */
    protected final StreamState state() {
        return core.state;
    }

    protected final Session<?> session() {
        return session;
    }

    /** Bytes that wait to be read. Needs the lock. */
    protected final int unread() {
        return receiving.size();
    }

    /** Charges more to this stream if the scope agrees. Needs the lock. */
    protected final boolean tryCharge(long bytes) {
        if (forgotten || !session.memory().tryTake(bytes)) {
            return false;
        }
        charged += bytes;
        return true;
    }

    /** Whether there is something that {@link #send} can send as data. Needs the lock. */
    protected final boolean isSendable() {
        return sending.size() > 0
                ? credit() > 0
                : core.state.sending() == StreamState.Sending.FINISHING && !core.state.isReset();
    }

    /** Queues this stream if it has data that may go. Needs the lock. */
    protected final void sendIfPossible() {
        if (isSendable()) {
            session.outbox().data(this);
        }
    }

    /** Takes up to {@code most} bytes for one data frame; 0 if there are none or no credit. Needs the lock. */
    protected final int beginData(int most) {
        int count = (int) Math.min(Math.min(sending.size(), most), credit());
        if (count > 0) {
            sending.beginCopy();
        }
        return Math.max(0, count);
    }

    /** Writes the bytes that {@link #beginData} took. Without the lock. */
    protected final void copyData(RecordWriter out, int count) throws IOException {
        sending.copy(out, count);
    }

    /** Ends what {@link #beginData} began. Needs the lock. */
    protected final void endData(int count) {
        sending.endCopy(count);
        if (lingerSince != 0) {
            lingerSince = core.environment.nanoTime();
        }
    }

    /** If FIN is due now, notes that it is being written and returns true. Needs the lock. */
    protected final boolean takeFin() {
        if (core.state.sending() != StreamState.Sending.FINISHING || core.state.isReset() || sending.size() > 0) {
            return false;
        }
        core.state.finWritten();
        return true;
    }

    /** The code of the reset that is to be written. */
    protected final long resetCode() {
        lock();
        try {
            return core.state.code();
        } finally {
            unlock();
        }
    }

    /** The reset was written. */
    protected final void resetWritten() {
        lock();
        try {
            core.state.resetWritten();
        } finally {
            unlock();
        }
        settle();
    }

    // ------------------------------------------------------------------ what the reader thread does

    /** Bytes came. Takes {@code count} bytes out of the source. */
    public final void deliver(ByteBuffer source, int count) {
        receiving.deliver(source, count);
    }

    /** FIN came. */
    public final void remoteFinish() {
        lock();
        try {
            if (!core.state.remoteFinish()) {
                return;
            }
            receiving.wake();
        } finally {
            unlock();
        }
        settle();
    }

    /** A reset came. */
    public final void remoteReset(long code) {
        lock();
        try {
            if (core.state.remoteReset(code)) {
                abandon();
            }
        } finally {
            unlock();
        }
        settle();
    }

    // ------------------------------------------------------------------ what the session does

    /**
     * The connection has ended.
     *
     * @param drain whether the writer thread still sends what is queued
     */
    final void connectionEnd(CloseReason reason, boolean drain) {
        lock();
        try {
            core.connectionEnd(reason);
            if (!core.state.isReadable()) {
                receiving.drop();
            }
            if (!drain) {
                sending.drop();
            }
            receiving.wake();
            sending.wake();
        } finally {
            unlock();
        }
        settle();
    }

    /** The threads of the connection have ended: nothing more is sent. */
    final void release() {
        lock();
        try {
            sending.drop();
            if (waiting) {
                receiving.drop(); // nobody will ever read it
            }
        } finally {
            unlock();
        }
    }

    /** Lets an application have it; returns false if it has ended already. */
    final boolean accept() {
        lock();
        try {
            if (core.state.abort() != StreamState.Abort.NONE) {
                return false;
            }
            accepted();
            return true;
        } finally {
            unlock();
        }
    }

    /** Whether this host opened it. */
    final boolean isOutbound() {
        return outbound;
    }

    /**
     * Resets the stream if it was closed and has not got on for so long; returns whether it is closed and still waits for
     * the remote peer.
     */
    final boolean linger(long now, long timeoutNanos) {
        lock();
        try {
            if (lingerSince == 0 || core.state.isEnded()) {
                return false;
            }
            if (now - lingerSince < timeoutNanos) {
                return true;
            }
        } finally {
            unlock();
        }
        reset(ErrorCode.STREAM_GARBAGE_COLLECTED);
        return false;
    }

    // ------------------------------------------------------------------ what applications do

    @Override
    public final int read(ByteBuffer target) throws IOException {
        int count = receiving.read(target);
        if (forgotten) {
            settle(); // the last byte may give memory back
        }
        return count;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        return read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public final void write(ByteBuffer source) throws IOException {
        sending.write(source);
    }

    @Override
    public final void write(byte[] source, int offset, int length) throws IOException {
        sending.write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public final void closeWrite() throws IOException {
        lock();
        try {
            switch (core.state.sending()) {
                case FINISHING, FINISHED -> {}
                case OPEN, BROKEN -> {
                    sending.checkNoWriter();
                    core.checkWritable();
                    core.state.finish();
                    sendIfPossible();
                }
            }
        } finally {
            unlock();
        }
    }

    @Override
    public final void closeRead(long code) {
        ErrorCode.check(code);
        lock();
        try {
            discard();
        } finally {
            unlock();
        }
        settle();
    }

    @Override
    public final void reset(long code) {
        ErrorCode.check(code);
        lock();
        try {
            if (core.state.reset(code)) {
                abandon();
                if (core.state.resetPending()) {
                    session.outbox().control(this);
                }
            } else {
                discard();
            }
        } finally {
            unlock();
        }
        settle();
    }

    @Override
    public final void close() {
        boolean lingers;
        lock();
        try {
            if (core.state.sending() == StreamState.Sending.BROKEN || sending.isWriting()) {
                if (core.state.reset(ErrorCode.NONE)) { // no message that was cut short may pass for a whole one
                    abandon();
                    if (core.state.resetPending()) {
                        session.outbox().control(this);
                    }
                }
            } else if (core.state.finish()) {
                sendIfPossible();
            }
            discard();
            lingers = lingerSince == 0 && !core.state.isEnded();
            if (lingers) {
                lingerSince = session.environment().nanoTime();
            }
        } finally {
            unlock();
        }
        settle();
        if (lingers) {
            session.lingering();
        }
    }

    private void discard() {
        if (core.state.discard()) {
            int size = receiving.drop();
            if (core.state.isReceiving() && size > 0) {
                consumed(size);
            }
        }
    }

    private void abandon() {
        if (!core.state.isReadable()) {
            receiving.drop();
        }
        sending.drop();
    }

    @Override
    public final void readTimeout(Duration timeout) {
        receiving.timeoutNanos(Nanos.of(timeout));
    }

    @Override
    public final void writeTimeout(Duration timeout) {
        sending.timeoutNanos(Nanos.of(timeout));
    }

    @Override
    public final void priority(StreamPriority value) {
        priority = value;
    }

    @Override
    public final void onEnd(Runnable action) {
        lock();
        try {
            if (!endTold) {
                Runnable earlier = endAction;
                endAction = earlier == null
                        ? action
                        : () -> {
                            session.runGuarded(earlier);
                            action.run();
                        };
                return;
            }
        } finally {
            unlock();
        }
        session.runGuarded(action);
    }

    /** Draws the consequences of a change of state. Without the lock. */
    protected final void settle() {
        Runnable action = null;
        boolean forget = false;
        lock();
        try {
            if (core.state.isEnded() && !endTold) {
                endTold = true;
                action = endAction;
                endAction = null;
            }
            if (core.state.isForgotten()) {
                forget = !forgotten;
                forgotten = true;
                if (receiving.size() == 0) {
                    session.memory().giveBack(charged);
                    charged = 0;
                }
            }
        } finally {
            unlock();
        }
        if (forget) {
            session.forget(this);
        }
        if (action != null) {
            session.runGuarded(action);
        }
    }
}
