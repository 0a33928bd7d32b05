package libp2p.streams;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.ReadHandler;
import libp2p.core.security.SecureConnection;

/**
 * The reader of a connection: takes what comes, and never waits. The thread of an event loop calls it; the reading
 * thread is the one that is in it.
 */
final class ReadLoop implements ReadHandler {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");
    private static final long END = -2;

    private final MuxerConnection<?> muxer;
    private final SecureConnection connection;
    private final TimeSlice turn;
    private volatile long received; // the reading thread alone writes it
    private boolean draining;
    private boolean ended;

    ReadLoop(MuxerConnection<?> muxer, SecureConnection connection) {
        this.muxer = muxer;
        this.connection = connection;
        this.turn = new TimeSlice(muxer.environment());
    }

    /** Number of times that bytes have come. */
    long received() {
        return received;
    }

    @Override
    public long onReadable() {
        long rest = END;
        try {
            if (!ended) {
                rest = draining ? drain() : take();
            }
        } catch (ProtocolViolationException e) {
            muxer.part(CloseReason.failure(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, e), muxer.violationCode());
            rest = beginDraining();
        } catch (IOException e) {
            muxer.fail(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, muxer.name() + ": the reading thread failed", e);
            muxer.part(CloseReason.failure(ErrorCode.NONE, e), muxer.failureCode());
            rest = beginDraining();
        } finally {
            if (rest == END && !ended) {
                ended = true;
                muxer.readerEnded();
            }
        }
        return rest == END ? 0 : rest;
    }

    private long take() throws IOException {
        ByteBuffer source;
        while ((source = connection.read()) != null) {
            if (!source.hasRemaining()) {
                return 0;
            }
            received++;
            turn.begin();
            muxer.take(source);
            boolean over = turn.end();
            long rest = muxer.restNanos();
            if (rest > 0) {
                return rest;
            }
            if (over) {
                return AGAIN;
            }
        }
        muxer.end(atEnd());
        return END;
    }

    private CloseReason atEnd() {
        if (!muxer.isInsideFrame()) {
            return new CloseReason(ErrorCode.NONE, true, "closed", null);
        }
        return CloseReason.failure(
                ErrorCode.NONE, new EOFException(muxer.name() + ": the connection was closed inside a frame"));
    }

    /** Goes on taking what comes, so that our goodbye is not lost; the timer of the parting ends it. */
    private long beginDraining() {
        draining = true;
        return drain();
    }

    private long drain() {
        try {
            ByteBuffer source;
            while ((source = connection.read()) != null) {
                if (!source.hasRemaining()) {
                    return 0;
                }
                source.position(source.limit());
            }
        } catch (IOException ignored) {
            // the connection has ended for another reason
        }
        return END;
    }
}
