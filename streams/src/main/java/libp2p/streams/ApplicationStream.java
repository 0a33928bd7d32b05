package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;

/** A stream of any muxer, as applications see it. */
public abstract class ApplicationStream extends MuxerStream implements MuxedStream {
    /**
     * @param outbound whether this host opens it
     * @param charged bytes that were charged to the memory account for it
     */
    protected ApplicationStream(MuxerConnection<?> muxer, boolean outbound, long charged) {
        super(muxer, outbound, charged);
    }

    @Override
    public final int read(ByteBuffer target) throws IOException {
        int count;
        try (FlushTurn turn = muxer().beginTurn()) { // reading may grant credit
            count = receiving.read(target, turn);
        }
        if (end.isForgotten()) {
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
        try (FlushTurn turn = muxer().beginTurn()) {
            sending.write(source, turn);
        }
    }

    @Override
    public final void write(byte[] source, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public final boolean onReadable(Runnable otherwise) {
        return receiving.onReadable(otherwise);
    }

    @Override
    public final boolean isWritable(int count) {
        return sending.isWritable(count);
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
                        core.checkWritable();
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
        receiving.bound.timeout(timeout);
    }

    @Override
    public final void writeTimeout(Duration timeout) {
        sending.bound.timeout(timeout);
    }

    @Override
    public final void readDeadline(Deadline deadline) {
        receiving.bound.deadline(deadline);
    }

    @Override
    public final void writeDeadline(Deadline deadline) {
        sending.bound.deadline(deadline);
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
