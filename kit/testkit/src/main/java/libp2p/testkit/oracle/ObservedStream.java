package libp2p.testkit.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;

/**
 * A stream whose bytes are heard by a {@link Conversation}: those that are written before they leave, those that are
 * read when the reader has them. Bytes that are handed on to another stream are not.
 */
final class ObservedStream implements MuxedStream {
    private final MuxedStream inner;
    private final Conversation conversation;

    ObservedStream(MuxedStream inner, Conversation conversation) {
        this.inner = inner;
        this.conversation = conversation;
    }

    @Override
    public long id() {
        return inner.id();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = inner.read(target);
        if (count > 0) {
            conversation.heard(false, target.duplicate().limit(start + count).position(start));
        }
        return count;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        conversation.heard(true, source);
        inner.write(source);
    }

    @Override
    public void writeLast(ByteBuffer source) throws IOException {
        conversation.heard(true, source);
        inner.writeLast(source);
    }

    @Override
    public int transferTo(MuxedStream target, int most) throws IOException {
        return inner.transferTo(target instanceof ObservedStream observed ? observed.inner : target, most);
    }

    @Override
    public boolean onReadable(Runnable otherwise) {
        return inner.onReadable(otherwise);
    }

    @Override
    public boolean isWritable(int count) {
        return inner.isWritable(count);
    }

    @Override
    public void closeWrite() throws IOException {
        inner.closeWrite();
    }

    @Override
    public void closeRead(long code) {
        inner.closeRead(code);
    }

    @Override
    public void reset(long code) {
        inner.reset(code);
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void readTimeout(Duration timeout) {
        inner.readTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        inner.writeTimeout(timeout);
    }

    @Override
    public void readDeadline(Deadline deadline) {
        inner.readDeadline(deadline);
    }

    @Override
    public void writeDeadline(Deadline deadline) {
        inner.writeDeadline(deadline);
    }

    @Override
    public void priority(StreamPriority priority) {
        inner.priority(priority);
    }

    @Override
    public void onEnd(Runnable action) {
        inner.onEnd(action);
    }

    @Override
    public void onRemoteEnd(Runnable action) {
        inner.onRemoteEnd(action);
    }
}
