package libp2p.streams.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Supplier;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.streams.blocking.StreamReader;
import libp2p.streams.blocking.StreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * One stream whose calls block. A reset of the remote ends both ways, as libp2p means it; engines would let the other
 * way go on. Everything is under the lock of the connection.
 */
final class EngineStream<S extends StreamEngine> implements MuxedStream {
    private static final int PARDON = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EngineConnection connection;
    private final EngineStreams<S> table;
    private final S stream;
    private final StreamReader reader;
    private final StreamWriter writer;
    /** Each caller that fails gets an exception of its own. */
    private @Nullable Supplier<IOException> readFailure;

    private @Nullable Supplier<IOException> writeFailure;
    private @Nullable Runnable onEnd;
    private @Nullable Runnable onRemoteEnd;
    /** The room for which the writing thread is woken. */
    private int wanted;

    boolean told;
    private boolean discarding;
    private boolean finished;
    /** Whether the remote has read all that it wants, without complaint, and FIN is none of that. */
    private boolean satisfied;
    /** Bytes that may still be written then, and are dropped: a handler's late answer is no failure. */
    private int pardon = PARDON;

    EngineStream(EngineConnection connection, EngineStreams<S> table, S stream) {
        this.connection = connection;
        this.table = table;
        this.stream = stream;
        this.reader = new Reader();
        this.writer = new Writer();
    }

    @Override
    public long id() {
        return stream.id();
    }

    // ---- reading

    private final class Reader extends StreamReader {
        Reader() {
            super(connection.environment(), connection.lock());
        }

        @Override
        protected Supply supply() {
            if (discarding) {
                return Supply.FAILURE;
            }
            if (stream.isReadable()) {
                return Supply.BYTES;
            }
            if (stream.isAtEnd()) {
                return Supply.END;
            }
            return readFailure == null ? Supply.NOTHING_YET : Supply.FAILURE;
        }

        @Override
        protected IOException failure() {
            return readFailure == null ? new ClosedChannelException() : readFailure.get();
        }

        @Override
        protected int take(ByteBuffer target) {
            return stream.read(target);
        }

        @Override
        protected ByteBuffer lendBytes(int most) {
            return stream.lend(most);
        }

        @Override
        protected void returnBytes(int count) {
            stream.giveBack(count);
        }

        @Override
        protected void due(Runnable action) {
            connection.actions().add(action);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try (Turn turn = connection.enter(Turn.Leave.IF_DUE)) {
            int count = reader.read(target);
            settle();
            return count;
        }
    }

    @Override
    public int transferTo(MuxedStream target, int most) throws IOException {
        ByteBuffer lent;
        try (Turn turn = connection.enter()) {
            lent = reader.lend(most);
            if (lent == null) {
                settle();
                return -1;
            }
        }
        int count = lent.remaining();
        try {
            target.write(lent);
            return count;
        } finally {
            try (Turn turn = connection.enter(Turn.Leave.IF_DUE)) {
                reader.giveBack(count);
                settle();
            }
        }
    }

    /** Wakes the writing thread to look again; returns whether there is one. */
    boolean wakeWriter() {
        writer.wake();
        return writer.isWriting();
    }

    private boolean hasReadingEnded() {
        return discarding || readFailure != null || stream.isWhole() || stream.isAtEnd();
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        try (Turn turn = connection.enter()) {
            return reader.onReadable(otherwise);
        }
    }

    private void wakeReader() {
        reader.wake();
        Runnable end = onRemoteEnd;
        if (end != null && isRemoteOver()) {
            onRemoteEnd = null;
            connection.environment().start("stream-remote-end", end);
        }
    }

    /** Whether nothing more will come. */
    private boolean isRemoteOver() {
        return readFailure != null || stream.isWhole() || stream.hasReceivingEnded();
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        connection.lock().lock();
        try {
            if (!isRemoteOver()) {
                onRemoteEnd = chain(onRemoteEnd, action);
                return;
            }
        } finally {
            connection.lock().unlock();
        }
        action.run();
    }

    // ---- writing

    private final class Writer extends StreamWriter {
        Writer() {
            super(connection.environment(), connection.lock());
        }

        @Override
        protected @Nullable IOException failure() {
            if (writeFailure != null) {
                return writeFailure.get();
            }
            return finished ? new ClosedChannelException() : null;
        }

        @Override
        protected boolean hasFailed() {
            return writeFailure != null || finished;
        }

        @Override
        protected boolean hasRoom(int count) {
            return table.room(stream) >= count;
        }

        @Override
        protected int put(ByteBuffer source) {
            int count = table.write(stream, source);
            if (count > 0 && source.hasRemaining()) { // sends, and perhaps makes room at once
                connection.leaveAndEnter();
            }
            return count;
        }

        @Override
        protected void beginWait() {
            wanted = stream.queue() / 2; // a thread that is woken for less is woken too often
        }

        @Override
        protected void cutShort() {
            if (writeFailure == null) {
                writeFailure =
                        () -> new IOException("an interrupted or late write has cut this stream short; reset it");
            }
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        write(source, false);
    }

    @Override
    public void writeLast(ByteBuffer source) throws IOException {
        write(source, true);
    }

    private void write(ByteBuffer source, boolean last) throws IOException {
        try (Turn turn = connection.enter()) {
            if (!last || !finished || source.hasRemaining()) { // it may be closed again
                writer.checkNoWriter();
                if (!isPardoned(source)) {
                    writer.write(source);
                }
            }
            if (last) {
                end();
            }
        }
    }

    /** Whether no reader wants the bytes, and they are dropped. */
    private boolean isPardoned(ByteBuffer source) {
        int length = source.remaining();
        if (!satisfied || finished || length > pardon || !table.isOpen()) {
            return false;
        }
        pardon -= length;
        source.position(source.limit());
        return true;
    }

    @Override
    public boolean isWritable(int count) {
        try (Turn turn = connection.enter()) {
            return writer.isWritable(count);
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
        try (Turn turn = connection.enter()) {
            discard(code);
            settle();
        }
    }

    private void discard(long code) {
        if (!discarding) {
            discarding = true;
            stream.stopSending(table.wireCode(code));
            wakeReader();
        }
    }

    private void ignoreRest() {
        if (!discarding) {
            discarding = true;
            table.ignoreRest(stream, table.wireCode(ErrorCode.NONE));
            wakeReader();
        }
    }

    @Override
    public void reset(long code) {
        ErrorCode.check(code);
        try (Turn turn = connection.enter()) {
            abort(code, stream.isWhole() && finished && writeFailure == null);
            settle();
        }
    }

    private void abort(long code, boolean whole) {
        Supplier<IOException> reset = () -> new StreamResetException(code, false);
        failReading(reset);
        discard(code);
        if (!whole) {
            failWriting(reset);
            table.reset(stream, table.wireCode(code));
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
        writer.wake();
    }

    @Override
    public void close() {
        try (Turn turn = connection.enter()) {
            if (writer.isWriting() || writeFailure != null && !finished && !satisfied) {
                abort(ErrorCode.NONE, false); // no message that was cut short may pass for a whole one
            } else {
                end();
                ignoreRest();
            }
            settle();
        }
    }

    /** The engine says that something has changed. */
    void look() {
        long reset = stream.remoteReset();
        if (reset >= 0 && readFailure == null && !discarding) { // else it is the answer to our own STOP_SENDING
            Supplier<IOException> cause = () -> new StreamResetException(table.code(reset), true);
            readFailure = cause;
            if (writeFailure == null && !stream.isDelivered()) {
                failWriting(cause);
                table.reset(stream, reset);
            }
        }
        long stop = stream.remoteStop();
        if (stop >= 0 && writeFailure == null) {
            satisfied = table.code(stop) == ErrorCode.NONE;
            failWriting(() -> new StreamResetException(table.code(stop), true));
        }
        if (stream.isReadable() || hasReadingEnded() || isRemoteOver()) {
            wakeReader();
        }
        if (stream.room() >= wanted || writeFailure != null) {
            writer.wake();
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
        boolean atWork = satisfied && table.isOpen(); // a handler, for one who reads no answer
        if (told || !hasReadingEnded() || !finished && (writeFailure == null || atWork)) {
            return;
        }
        told = true;
        table.ended(stream);
        if (onEnd != null) {
            connection.environment().start("stream-end", onEnd);
        }
    }

    @Override
    public void onEnd(Runnable action) {
        connection.lock().lock();
        try {
            if (!told) {
                onEnd = chain(onEnd, action);
                return;
            }
        } finally {
            connection.lock().unlock();
        }
        action.run();
    }

    @Override
    public void readTimeout(Duration timeout) {
        reader.bound().timeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        writer.bound().timeout(timeout);
    }

    @Override
    public void readDeadline(Deadline deadline) {
        reader.bound().deadline(deadline);
    }

    @Override
    public void writeDeadline(Deadline deadline) {
        writer.bound().deadline(deadline);
    }

    @Override
    public void priority(StreamPriority priority) {
        connection.lock().lock();
        try {
            stream.priority(priority.ordinal());
        } finally {
            connection.lock().unlock();
        }
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
}
