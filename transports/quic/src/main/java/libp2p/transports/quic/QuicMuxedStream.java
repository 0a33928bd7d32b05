package libp2p.transports.quic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Supplier;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.WaitBound;
import libp2p.quic.stream.QuicStream;
import org.jspecify.annotations.Nullable;

/**
 * One stream whose calls block. A reset of the remote ends both ways, as libp2p means it; QUIC would let the other way
 * go on. Everything is under the lock of the connection.
 */
final class QuicMuxedStream implements MuxedStream {
    private static final int PARDON = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final QuicConnection connection;
    private final QuicMuxedStreams table;
    private final QuicStream stream;
    private final TimedCondition readable;
    private final TimedCondition writable;
    private final WaitBound reads;
    private final WaitBound writes;
    /** Each caller that fails gets an exception of its own. */
    private @Nullable Supplier<IOException> readFailure;

    private @Nullable Supplier<IOException> writeFailure;
    private @Nullable Runnable awaiting;
    private @Nullable Runnable onEnd;
    private @Nullable Runnable onRemoteEnd;
    private boolean reading;
    private boolean writing;
    private int wanted;
    private int transferred;
    boolean told;
    private boolean discarding;
    private boolean finished;
    /** Whether the remote has read all that it wants, without complaint, and FIN is none of that. */
    private boolean satisfied;
    /** Bytes that may still be written then, and are dropped: a handler's late answer is no failure. */
    private int pardon = PARDON;

    QuicMuxedStream(QuicConnection connection, QuicMuxedStreams table, QuicStream stream) {
        this.connection = connection;
        this.table = table;
        this.stream = stream;
        this.readable = new TimedCondition(connection.environment(), connection.lock);
        this.writable = new TimedCondition(connection.environment(), connection.lock);
        this.reads = new WaitBound(connection.environment(), "read");
        this.writes = new WaitBound(connection.environment(), "write");
    }

    @Override
    public long id() {
        return stream.id();
    }

    // ---- reading

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        connection.enter();
        try {
            int count = beginRead() ? stream.read(target) : -1;
            endRead();
            return count;
        } finally {
            connection.leaveUnlessDue();
        }
    }

    @Override
    public int transferTo(MuxedStream target, int most) throws IOException {
        ByteBuffer lent;
        connection.enter();
        try {
            if (!beginRead()) {
                settle();
                return -1;
            }
            lent = stream.lend(most);
        } finally {
            connection.leave();
        }
        int count = lent.remaining();
        try {
            target.write(lent);
            return count;
        } finally {
            connection.enter();
            stream.giveBack(count);
            endRead();
            connection.leaveUnlessDue();
        }
    }

    /** Becomes the reader when there is something to read, after a wait if need be; false if there will be nothing. */
    private boolean beginRead() throws IOException {
        if (reading) {
            throw new IllegalStateException("another thread is reading this stream");
        }
        reading = true;
        boolean more = false;
        try {
            more = awaitBytes();
        } finally {
            reading = more;
        }
        return more;
    }

    private void endRead() {
        reading = false;
        settle();
    }

    /** Waits until there is something to read; false if there will be nothing. */
    private boolean awaitBytes() throws IOException {
        Deadline deadline = null;
        while (true) {
            if (discarding) {
                throw readFailure != null ? readFailure.get() : new ClosedChannelException();
            }
            reads.check();
            if (stream.isReadable()) {
                return true;
            }
            if (stream.isAtEnd()) {
                return false;
            }
            if (readFailure != null) {
                throw readFailure.get();
            }
            if (deadline == null) {
                deadline = reads.next();
            }
            QuicConnection.await(readable, deadline, "read");
        }
    }

    private boolean hasReadingEnded() {
        return discarding || readFailure != null || stream.isWhole() || stream.isAtEnd();
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        connection.enter();
        try {
            if (reading || awaiting != null) {
                throw new IllegalStateException("this stream has a reader that waits");
            }
            if (stream.isReadable() || hasReadingEnded()) {
                return true;
            }
            awaiting = otherwise;
            return false;
        } finally {
            connection.leave();
        }
    }

    private void wakeReader() {
        readable.signalAll();
        Runnable action = awaiting;
        if (action != null) {
            awaiting = null;
            connection.actions().add(action);
        }
        Runnable end = onRemoteEnd;
        if (end != null && isRemoteOver()) {
            onRemoteEnd = null;
            connection.environment().start("quic-remote-end", end);
        }
    }

    /** Whether nothing more will come. */
    private boolean isRemoteOver() {
        return readFailure != null || stream.isWhole() || stream.hasReceivingEnded();
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        connection.lock.lock();
        try {
            if (!isRemoteOver()) {
                onRemoteEnd = Endings.chain(onRemoteEnd, action);
                return;
            }
        } finally {
            connection.lock.unlock();
        }
        action.run();
    }

    // ---- writing

    @Override
    public void write(ByteBuffer source) throws IOException {
        write(source, false);
    }

    @Override
    public void writeLast(ByteBuffer source) throws IOException {
        write(source, true);
    }

    private void write(ByteBuffer source, boolean last) throws IOException {
        connection.enter();
        try {
            if (!last || !finished || source.hasRemaining()) { // it may be closed again
                claimWriter();
                writing = true;
                try {
                    put(source, source.remaining());
                } finally {
                    writing = false;
                }
            }
            if (last) {
                end();
            }
        } finally {
            connection.leave();
        }
    }

    private InterruptedIOException cutShort(InterruptedIOException cut) {
        cut.bytesTransferred = transferred;
        if (writeFailure == null) {
            writeFailure = () -> new IOException("an interrupted or late write has cut this stream short; reset it");
        }
        return cut;
    }

    private void claimWriter() {
        if (writing) {
            throw new IllegalStateException("another thread is writing to this stream");
        }
    }

    private void put(ByteBuffer source, int length) throws IOException {
        Deadline deadline = null;
        transferred = 0;
        if (satisfied && !finished && length <= pardon && connection.closeReason() == null) {
            pardon -= length;
            source.position(source.limit());
            return;
        }
        checkWritable();
        while (transferred < length) {
            if (writes.deadline().passed(connection.environment())) {
                throw cutShort(writes.late());
            }
            int count = stream.write(source);
            transferred += count;
            if (transferred == length) {
                return;
            }
            if (count > 0) { // sends, and perhaps makes room at once
                connection.leave();
                connection.enter();
            } else {
                if (deadline == null) {
                    deadline = writes.next();
                }
                wanted = stream.queue() / 2; // a thread that is woken for less is woken too often
                try {
                    QuicConnection.await(writable, deadline, "write");
                } catch (InterruptedIOException cut) {
                    throw cutShort(cut);
                }
            }
            checkWritable();
        }
    }

    private void checkWritable() throws IOException {
        if (writeFailure != null) {
            throw writeFailure.get();
        }
        if (finished) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isWritable(int count) {
        connection.enter();
        try {
            claimWriter();
            return writeFailure != null || finished || stream.room() >= count;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void closeWrite() throws IOException {
        write(NOTHING, true);
    }

    /** FIN follows what was written. */
    private void end() {
        finished = true;
        stream.finish();
        settle();
    }

    // ---- both

    @Override
    public void closeRead(long code) {
        ErrorCode.check(code);
        connection.enter();
        try {
            discard(code);
            settle();
        } finally {
            connection.leave();
        }
    }

    private void discard(long code) {
        if (discarding) {
            return;
        }
        discarding = true;
        stream.stopSending(code);
        wakeReader();
    }

    @Override
    public void reset(long code) {
        ErrorCode.check(code);
        connection.enter();
        try {
            abort(code, stream.isWhole() && finished && writeFailure == null);
            settle();
        } finally {
            connection.leave();
        }
    }

    private void abort(long code, boolean whole) {
        Supplier<IOException> reset = () -> new StreamResetException(code, false);
        failReading(reset);
        discard(code);
        if (!whole) {
            failWriting(reset);
            stream.reset(code);
        }
    }

    private void failReading(Supplier<IOException> cause) {
        if (readFailure == null && !stream.isAtEnd()) {
            readFailure = cause;
        }
        wakeReader();
    }

    private void failWriting(Supplier<IOException> cause) {
        if (writeFailure == null) {
            writeFailure = cause;
        }
        writable.signalAll();
    }

    @Override
    public void close() {
        connection.enter();
        try {
            if (writing || writeFailure != null && !finished && !satisfied) {
                abort(ErrorCode.NONE, false); // no message that was cut short may pass for a whole one
            } else {
                end();
                discard(ErrorCode.NONE);
            }
            settle();
        } finally {
            connection.leave();
        }
    }

    /** The engine says that something has changed. */
    void look() {
        long reset = stream.remoteReset();
        if (reset >= 0 && readFailure == null && !discarding) { // else it is the answer to our own STOP_SENDING
            Supplier<IOException> cause = () -> new StreamResetException(Endings.code(reset), true);
            readFailure = cause;
            if (writeFailure == null && !stream.isDelivered()) {
                failWriting(cause);
                stream.reset(reset);
            }
        }
        long stop = stream.remoteStop();
        if (stop >= 0 && writeFailure == null) {
            satisfied = stop == ErrorCode.NONE;
            failWriting(() -> new StreamResetException(Endings.code(stop), true));
        }
        if (stream.isReadable() || hasReadingEnded() || isRemoteOver()) {
            wakeReader();
        }
        if (stream.room() >= wanted || writeFailure != null) {
            writable.signalAll();
        }
        settle();
    }

    /**
     * The connection is over.
     *
     * @param here whether this host has closed it; else what has come can still be read
     */
    void connectionEnds(CloseReason reason, boolean here) {
        Supplier<IOException> closed = () -> new ConnectionClosedException(reason);
        if (here || !stream.isWhole()) {
            failReading(closed);
        }
        discarding |= here; // the remote hears of the connection, not of each stream
        failWriting(closed);
        settle();
    }

    private void settle() {
        boolean atWork = satisfied && connection.closeReason() == null; // a handler, for one who reads no answer
        if (told || !hasReadingEnded() || !finished && (writeFailure == null || atWork)) {
            return;
        }
        told = true;
        table.ended(stream);
        if (onEnd != null) {
            connection.environment().start("quic-stream-end", onEnd);
        }
    }

    @Override
    public void onEnd(Runnable action) {
        connection.lock.lock();
        try {
            if (!told) {
                onEnd = Endings.chain(onEnd, action);
                return;
            }
        } finally {
            connection.lock.unlock();
        }
        action.run();
    }

    @Override
    public void readTimeout(Duration timeout) {
        reads.timeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        writes.timeout(timeout);
    }

    @Override
    public void readDeadline(Deadline deadline) {
        reads.deadline(deadline);
    }

    @Override
    public void writeDeadline(Deadline deadline) {
        writes.deadline(deadline);
    }

    @Override
    public void priority(StreamPriority priority) {
        connection.lock.lock();
        try {
            stream.priority(priority.ordinal());
        } finally {
            connection.lock.unlock();
        }
    }
}
