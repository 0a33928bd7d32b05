package libp2p.core.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import libp2p.core.buffer.BufferPool;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

/**
 * Frames of a length byte and up to 30 bytes that count on from each other, over a connection that takes parts of them.
 */
class EncodedOutputTest {
    private static final int FRAME = 30;

    private final BufferPool pool = new BufferPool(64, 4);
    private final Taking raw = new Taking();
    private final EncodedOutput output = new EncodedOutput(raw, pool, this::encode);
    private int key;

    /** The key stream goes on from byte to byte, so that a byte that is encoded twice or not at all shows. */
    private void encode(ByteBuffer source, ByteBuffer target) {
        int count = Math.min(FRAME, source.remaining());
        target.put((byte) count);
        for (int i = 0; i < count; i++) {
            target.put((byte) (source.get() + key++));
        }
    }

    /** Takes as many bytes at once as the test allows. */
    private static final class Taking implements RawConnection {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        int most;

        @Override
        public void write(ByteBuffer source) {
            while (source.hasRemaining()) {
                taken.write(source.get());
            }
        }

        @Override
        public void tryWrite(ByteBuffer source) {
            for (int left = most; left > 0 && source.hasRemaining(); left--) {
                taken.write(source.get());
            }
        }

        @Override
        public int read(ByteBuffer target) {
            return -1;
        }

        @Override
        public void onReadable(ReadHandler handler) {}

        @Override
        public Multiaddr localAddress() {
            return Multiaddr.EMPTY;
        }

        @Override
        public Multiaddr remoteAddress() {
            return Multiaddr.EMPTY;
        }

        @Override
        public boolean portReused() {
            return false;
        }

        @Override
        public void close() {}
    }

    private byte[] decoded() {
        ByteBuffer in = ByteBuffer.wrap(raw.taken.toByteArray());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int position = 0;
        while (in.hasRemaining()) {
            int count = in.get();
            assertThat(in.remaining()).as("the rest of a frame").isGreaterThanOrEqualTo(count);
            for (int i = 0; i < count; i++) {
                out.write(in.get() - position++);
            }
        }
        return out.toByteArray();
    }

    @Test
    void everyByteLeavesOnceInOrderWhateverPartsTheConnectionTakes() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            raw.taken.reset();
            key = 0;
            byte[] bytes = new byte[1 + random.nextInt(500)];
            random.nextBytes(bytes);
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                raw.most = random.nextInt(50);
                if (random.nextInt(5) == 0) {
                    output.write(source);
                } else {
                    output.tryWrite(source);
                }
            }
            assertThat(decoded()).isEqualTo(bytes);
            assertThat(pool.outstanding())
                    .as("buffers of a connection with nothing to send")
                    .isZero();
        }
    }

    @Test
    void anInsertionComesBehindTheFrameThatIsHalfSent() throws IOException {
        ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3});
        raw.most = 2;
        output.tryWrite(source);
        assertThat(source.remaining()).isEqualTo(3);
        output.insert(() -> raw.write(ByteBuffer.wrap(new byte[] {0})));
        output.tryWrite(source);
        assertThat(source.hasRemaining()).isFalse();
        assertThat(raw.taken.toByteArray()).containsExactly(3, 1, 3, 5, 0);
    }

    @Test
    void aWriteOfLessThanWasLeftIsTold() throws IOException {
        raw.most = 1;
        output.tryWrite(ByteBuffer.wrap(new byte[3]));
        assertThatThrownBy(() -> output.write(ByteBuffer.wrap(new byte[2])))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("other bytes");
    }

    @Test
    void closingGivesTheBufferBack() throws IOException {
        output.tryWrite(ByteBuffer.wrap(new byte[3]));
        assertThat(pool.outstanding()).isOne();
        output.close();
        assertThat(pool.outstanding()).isZero();
        assertThatThrownBy(() -> output.tryWrite(ByteBuffer.wrap(new byte[3])))
                .isInstanceOf(ClosedChannelException.class);
    }
}
