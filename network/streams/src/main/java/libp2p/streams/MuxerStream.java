package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of any muxer. Applications read and write it, the threads of its connection deliver to it and send from it,
 * and the muxer adds frames and flow control.
 */
public abstract class MuxerStream extends Sender implements MuxedStream {
    private final MuxerConnection<?> muxer;
    final StreamCore core;
    final ReceiveBuffer receiving;
    final SendBuffer sending;
    private final boolean outbound;
    final StreamClose end;

    /** Whether the remote peer has yet to acknowledge this stream; guarded by the table of streams. */
    boolean unacknowledged;

    /** Whether no application has this stream of the remote peer yet; guarded by the table of streams. */
    boolean waiting;

    /**
     * @param outbound whether this host opens it
     * @param charged bytes that were charged to the memory account for it
     */
    protected MuxerStream(MuxerConnection<?> muxer, boolean outbound, long charged) {
        this.muxer = muxer;
        this.core = new StreamCore(muxer.environment(), new StreamState(!outbound));
        this.receiving = new ReceiveBuffer(core, muxer.pool(), this::consumed, muxer.readScope()::runSoon);
        this.sending = new SendBuffer(
                core, muxer.pool(), muxer.memory(), muxer.limits().sendBuffer(), this::sendIfPossible);
        this.outbound = outbound;
        this.end = new StreamClose(muxer, this, core, charged);
    }

    // ------------------------------------------------------------------ what a muxer adds

    /** The key in the table of streams. */
    protected abstract long key();

    /**
     * Bytes have left the receive queue for good. Called with the lock held.
     *
     * @param turn sends what is queued when the lock is free; null wakes the writer thread
     */
    protected abstract void consumed(int count, @Nullable FlushTurn turn);

    /** Number of bytes that flow control lets us send now. Called with the lock held. */
    protected abstract long credit();

    /** An application takes this stream of the remote peer. Called with the lock held. */
    protected void accepted() {}

    // ------------------------------------------------------------------ what a muxer uses

    /** Takes the lock of the stream, which is that of its connection where they share one. */
    protected final void lock() {
        core.lock.lock();
    }

    /** Gives the lock back; only by the thread that took it. */
    protected final void unlock() {
        core.lock.unlock();
    }

    /** Needs the lock. */
    protected final StreamState state() {
        return core.state;
    }

    /** The connection that this stream belongs to. */
    protected final MuxerConnection<?> muxer() {
        return muxer;
    }

    /** Bytes that wait to be read. Needs the lock. */
    protected final int unread() {
        return receiving.size();
    }

    /** Charges more to this stream if the scope agrees. Needs the lock. */
    protected final boolean tryCharge(long bytes) {
        return end.tryCharge(bytes);
    }

    /** Whether there is something that {@link #send} can send as data. Needs the lock. */
    protected final boolean isSendable() {
        return sending.size() > 0
                ? credit() > 0
                : core.state.sending() == StreamState.Sending.FINISHING && !core.state.isReset();
    }

    /** Queues this stream if it has data that may go. Needs the lock. */
    protected final void sendIfPossible() {
        sendIfPossible(sending.turn());
    }

    /**
     * As {@link #sendIfPossible()}.
     *
     * @param turn of the caller, or null
     */
    final void sendIfPossible(@Nullable FlushTurn turn) {
        if (isSendable()) {
            FlushTurn own = turn == null ? muxer.readersTurn() : turn;
            muxer.sendQueue().data(this, sending.size() <= SendBuffer.LITTLE ? own : null);
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
        end.progress();
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

    // ------------------------------------------------------------------ what the reading thread does

    /** Bytes came. Takes {@code count} bytes out of the source. */
    public final void deliver(ByteBuffer source, int count) {
        receiving.deliver(source, count, muxer.readersTurn());
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
            boolean isEarly = core.state.remoteReset(code);
            if (isEarly) {
                abandon();
            }
            muxer.resetByRemote(this, isEarly); // also where this host has reset it before: nothing keeps it any more
        } finally {
            unlock();
        }
        settle();
    }

    // ------------------------------------------------------------------ what the connection does

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
                receiving.drop(); // it will never be read
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

    /** Whether this host has reset it because a limit stood in the way. */
    final boolean isRefused() {
        lock();
        try {
            return core.state.abort() == StreamState.Abort.LOCAL_RESET
                    && core.state.code() == ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED;
        } finally {
            unlock();
        }
    }

    /** Whether this host opened it. */
    final boolean isOutbound() {
        return outbound;
    }

    /**
     * Resets the stream if it was closed and has not got on for so long; returns whether it is closed and still waits
     * for the remote peer.
     */
    final boolean linger(long now, long timeoutNanos) {
        lock();
        try {
            if (!end.isLingering()) {
                return false;
            }
            if (!end.hasLingered(now, timeoutNanos)) {
                return true;
            }
            abort(ErrorCode.STREAM_GARBAGE_COLLECTED, null);
        } finally {
            unlock();
        }
        settle();
        return false;
    }

    // ------------------------------------------------------------------ what both sides do

    /** Resets the stream and queues the reset frame; returns false if it has ended already. Needs the lock. */
    final boolean abort(long code, @Nullable FlushTurn turn) {
        if (!core.state.reset(code)) {
            return false;
        }
        abandon();
        if (core.state.resetPending()) {
            muxer.sendQueue().control(this, turn);
        }
        return true;
    }

    /** Throws away what waits to be read, and what comes from now on. Needs the lock. */
    final void discard(@Nullable FlushTurn turn) {
        if (core.state.discard()) {
            int size = receiving.drop();
            if (core.state.isReceiving() && size > 0) {
                consumed(size, turn);
            }
        }
    }

    private void abandon() {
        if (!core.state.isReadable()) {
            receiving.drop();
        }
        sending.drop();
    }

    /** Draws the consequences of a change of state. Without the lock. */
    protected final void settle() {
        end.settle();
    }

    // ------------------------------------------------------------------ what applications do

    @Override
    public final int read(ByteBuffer target) throws IOException {
        int count;
        try (FlushTurn turn = muxer().beginTurn()) { // reading may grant credit
            count = receiving.read(target, turn);
        }
        settleIfForgotten();
        return count;
    }

    /** The last byte that is read may give memory back. */
    final void settleIfForgotten() {
        if (end.isForgotten()) {
            settle();
        }
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        return read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public final void write(ByteBuffer source) throws IOException {
        try (FlushTurn turn = muxer().beginTurn()) {
            sending.write(source, turn);
        }
    }

    @Override
    public final void write(byte[] source, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public final int transferTo(MuxedStream target, int most) throws IOException {
        return HandOver.move(this, target, most);
    }

    @Override
    public final boolean onReadable(Runnable otherwise) {
        lock();
        try {
            return receiving.onReadable(otherwise);
        } finally {
            unlock();
        }
    }

    @Override
    public final boolean isWritable(int count) {
        lock();
        try {
            return sending.isWritable(count);
        } finally {
            unlock();
        }
    }

    @Override
    public final void closeWrite() throws IOException {
        try (FlushTurn turn = muxer().beginTurn()) {
            lock();
            try {
                switch (core.state.sending()) {
                    case FINISHING, FINISHED -> {}
                    case OPEN, BROKEN -> {
                        sending.checkNoWriter();
                        sending.checkWritable();
                        core.state.finish();
                        sendIfPossible(turn);
                    }
                }
            } finally {
                unlock();
            }
        }
    }

    @Override
    public final void closeRead(long code) {
        ErrorCode.check(code);
        try (FlushTurn turn = muxer().beginTurn()) {
            lock();
            try {
                discard(turn);
            } finally {
                unlock();
            }
            settle();
        }
    }

    @Override
    public final void reset(long code) {
        ErrorCode.check(code);
        try (FlushTurn turn = muxer().beginTurn()) {
            lock();
            try {
                if (!abort(code, turn)) {
                    discard(turn);
                }
            } finally {
                unlock();
            }
            settle();
        }
    }

    @Override
    public final void close() {
        boolean lingers;
        try (FlushTurn turn = muxer().beginTurn()) {
            lock();
            try {
                if (core.state.sending() == StreamState.Sending.BROKEN || sending.isWriting()) {
                    abort(ErrorCode.NONE, turn); // no message that was cut short may pass for a whole one
                } else if (core.state.finish()) {
                    sendIfPossible(turn);
                }
                discard(turn);
                lingers = end.beginLinger();
            } finally {
                unlock();
            }
            settle();
        }
        if (lingers) {
            muxer().lingering();
        }
    }

    @Override
    public final void readTimeout(Duration timeout) {
        receiving.bound().timeout(timeout);
    }

    @Override
    public final void writeTimeout(Duration timeout) {
        sending.bound().timeout(timeout);
    }

    @Override
    public final void readDeadline(Deadline deadline) {
        receiving.bound().deadline(deadline);
    }

    @Override
    public final void writeDeadline(Deadline deadline) {
        sending.bound().deadline(deadline);
    }

    @Override
    public final void priority(StreamPriority value) {
        priority = value;
    }

    @Override
    public final void onEnd(Runnable action) {
        end.onEnd(action);
    }

    @Override
    public final void onRemoteEnd(Runnable action) {
        end.onRemoteEnd(action);
    }
}
