package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import libp2p.contracts.muxer.MemoryLink;
import libp2p.contracts.muxer.TestEnvironment;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;
import libp2p.streams.Pools;

/** A yamux connection whose other end is written by hand, frame by frame. Closing it checks that nothing is left. */
final class RawPeer implements AutoCloseable {
    /** A frame as it came. */
    record Received(int type, int flags, long id, long length, byte[] payload) {}

    final TestEnvironment environment = new TestEnvironment();
    final TestScope scope;
    final MuxedConnection connection;
    private final ChunkPool pool = Pools.poisoned();
    private final MemoryLink link;
    private final SecureConnection wire;

    RawPeer() {
        this(MuxerLimits.DEFAULT);
    }

    RawPeer(MuxerLimits limits) {
        this(limits, new TestScope(), MemoryLink.Shape.PLAIN, 1);
    }

    /** @param firstId of the streams that the connection under test opens */
    RawPeer(MuxerLimits limits, TestScope scope, MemoryLink.Shape shape, long firstId) {
        this.scope = scope;
        this.link = new MemoryLink(environment, shape);
        this.wire = link.right();
        this.connection = new YamuxConnection(environment, link.left(), scope, limits, pool, firstId).open();
    }

    /** How often the connection under test has read something. */
    long received() {
        return ((YamuxConnection) connection).received();
    }

    /** Sends a frame. */
    void send(int type, int flags, long id, long length, byte... payload) throws IOException {
        put(type, flags, id, length, payload);
        wire.flush();
    }

    /** As {@link #send}, but lets more follow in the same record. */
    void put(int type, int flags, long id, long length, byte... payload) throws IOException {
        raw(0, type, flags, id, length);
        wire.write(ByteBuffer.wrap(payload));
    }

    void raw(int version, int type, int flags, long id, long length) throws IOException {
        wire.write(ByteBuffer.allocate(Frame.HEADER)
                .put((byte) version)
                .put((byte) type)
                .putShort((short) flags)
                .putInt((int) id)
                .putInt((int) length)
                .flip());
    }

    void bytes(byte[] bytes) throws IOException {
        wire.write(ByteBuffer.wrap(bytes));
        wire.flush();
    }

    void flush() throws IOException {
        wire.flush();
    }

    /** The next frame that is no ping of the connection itself. */
    Received next() throws IOException {
        while (true) {
            Received frame = any();
            if (frame.type != Frame.PING || frame.flags != Frame.SYN) {
                return frame;
            }
        }
    }

    /** The next frame. */
    Received any() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(MemoryLink.readFully(wire, Frame.HEADER));
        assertThat(header.get()).isZero();
        int type = header.get();
        int flags = header.getShort();
        long id = Integer.toUnsignedLong(header.getInt());
        long length = Integer.toUnsignedLong(header.getInt());
        byte[] payload = type == Frame.DATA ? MemoryLink.readFully(wire, (int) length) : new byte[0];
        return new Received(type, flags, id, length, payload);
    }

    void expect(int type, int flags, long id, long length) throws IOException {
        Received frame = next();
        assertThat(new long[] {frame.type, frame.flags, frame.id, frame.length})
                .as("type, flags, stream, length")
                .containsExactly(type, flags, id, length);
    }

    /** Takes everything up to the end of the connection; returns the last frame. */
    Received last() throws IOException {
        Received last = null;
        while (wire.read() != null) {
            last = any();
        }
        return last;
    }

    /** Waits until the connection under test waits for its peer to read. */
    void awaitStall() throws InterruptedException {
        link.awaitLeftBlocked();
    }

    /** The remote end closes its socket. */
    void hangUp() {
        wire.close();
    }

    @Override
    public void close() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        connection.onClose(closed::countDown);
        connection.close(0, "the test is over");
        wire.close();
        closed.await();
        environment.awaitQuiet();
        assertThat(scope.used()).as("memory").isZero();
        assertThat(pool.lent()).as("chunks in use").isZero();
    }
}
