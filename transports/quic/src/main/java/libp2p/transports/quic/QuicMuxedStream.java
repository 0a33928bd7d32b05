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
    private boolean discarding;
    private boolean finished;
    /** Whether the remote has read all that it wants, without complaint, and FIN is none of that. */
    private boolean satisfied;
    /** Bytes that may still be written then, and are dropped: a handler's late answer is no failure. */
    private int pardon = PARDON;

    boolean told;
    private int transferred;

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
    public int read(byte[] target, int offset, int length) throws IOException {
        return read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        connection.enter();
        try {
            if (reading) {
                throw new IllegalStateException("another thread is reading this stream");
            }
            reading = true;
            try {
                return target.hasRemaining() ? take(target) : 0;
            } finally {
                reading = false;
            }
        } finally {
            connection.leaveUnlessDue();
        }
    }

    private int take(ByteBuffer target) throws IOException {
        Deadline deadline = null;
        while (true) {
            if (discarding) {
                throw readFailure != null ? readFailure.get() : new ClosedChannelException();
            }
            reads.check();
            int count = stream.read(target);
            if (count > 0) {
                settle();
                return count;
            }
            if (stream.isAtEnd()) {
                settle();
                return -1;
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
                onRemoteEnd = chain(onRemoteEnd, action);
                return;
            }
        } finally {
            connection.lock.unlock();
        }
        action.run();
    }

    /** Both, one after the other; the second also if the first throws. */
    private static Runnable chain(@Nullable Runnable earlier, Runnable added) {
        if (earlier == null) {
            return added;
        }
        return () -> {
            try {
                earlier.run();
            } finally {
                added.run();
            }
        };
    }

    // ---- writing

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        connection.enter();
        try {
            claimWriter();
            writing = true;
            try {
                put(source, offset, length);
            } finally {
                writing = false;
            }
        } finally {
            connection.leave();
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        if (source.hasArray()) {
            write(source.array(), source.arrayOffset() + source.position(), length);
        } else {
            byte[] copy = new byte[length];
            source.get(source.position(), copy);
            write(copy, 0, length);
        }
        source.position(source.limit());
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

    private void put(byte[] source, int offset, int length) throws IOException {
        Deadline deadline = null;
        transferred = 0;
        if (satisfied && !finished && length <= pardon) {
            pardon -= length;
            transferred = length;
            return;
        }
        checkWritable();
        while (transferred < length) {
            if (writes.deadline().passed(connection.environment())) {
                throw cutShort(writes.late());
            }
            int count = stream.write(source, offset + transferred, length - transferred);
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
        connection.enter();
        try {
            if (!finished) {
                claimWriter();
                if (!satisfied) {
                    checkWritable();
                }
                finish();
            }
            settle();
        } finally {
            connection.leave();
        }
    }

    private void finish() {
        finished = true;
        stream.finish();
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
        if (!discarding) {
            discarding = true;
            stream.stopSending(code);
            wakeReader();
        }
    }

    @Override
    public void reset(long code) {
        ErrorCode.check(code);
        connection.enter();
        try {
            Supplier<IOException> reset = () -> new StreamResetException(code, false);
            boolean whole = stream.isWhole() && finished && writeFailure == null;
            failReading(reset);
            discard(code);
            if (!whole) {
                failWriting(reset);
                stream.reset(code);
            }
            settle();
        } finally {
            connection.leave();
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
                Supplier<IOException> reset = () -> new StreamResetException(ErrorCode.NONE, false);
                failReading(reset); // no message that was cut short may pass for a whole one
                discard(ErrorCode.NONE);
                failWriting(reset);
                stream.reset(ErrorCode.NONE);
            } else {
                finish();
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
            Supplier<IOException> cause = () -> new StreamResetException(code(reset), true);
            readFailure = cause;
            if (writeFailure == null && !stream.isDelivered()) {
                failWriting(cause);
                stream.reset(reset);
            }
        }
        long stop = stream.remoteStop();
        if (stop >= 0 && writeFailure == null) {
            satisfied = stop == ErrorCode.NONE;
            failWriting(() -> new StreamResetException(code(stop), true));
        }
        if (stream.isReadable() || hasReadingEnded() || isRemoteOver()) {
            wakeReader();
        }
        if (stream.room() >= wanted || writeFailure != null) {
            writable.signalAll();
        }
        settle();
    }

    private static long code(long wire) {
        return wire > ErrorCode.MAX ? ErrorCode.STREAM_CODE_OUT_OF_RANGE : wire;
    }

    /** The connection has been closed here: nobody waits any longer, and the remote hears of the connection alone. */
    void connectionCloses(CloseReason reason) {
        Supplier<IOException> closed = () -> new ConnectionClosedException(reason);
        failReading(closed);
        discarding = true; // the remote hears of the connection, not of each stream
        wakeReader();
        failWriting(closed);
        settle();
    }

    /** The connection is over: what has come can still be read. */
    void connectionEnds(CloseReason reason) {
        Supplier<IOException> closed = () -> new ConnectionClosedException(reason);
        if (!stream.isWhole()) {
            failReading(closed);
        }
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
                onEnd = chain(onEnd, action);
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
            stream.priority(
                    switch (priority) {
                        case HIGH -> 0;
                        case NORMAL -> 1;
                        case LOW -> 2;
                    });
        } finally {
            connection.lock.unlock();
        }
    }
}
