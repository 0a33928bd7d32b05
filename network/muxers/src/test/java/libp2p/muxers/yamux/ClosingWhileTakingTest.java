package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import libp2p.contracts.muxer.BlockingRecords;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.muxer.MuxedConnection;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/**
 * Closing a secure connection gives its buffers to others, so the reading thread may not do it while it still reads
 * from one: the next owner of the buffer would find its position moved.
 */
class ClosingWhileTakingTest {
    /** Lends one buffer and tells how much of it had not been taken when it was closed. */
    private static final class Lending extends BlockingRecords {
        final CompletableFuture<Integer> leftWhenClosed = new CompletableFuture<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 12);
        private final ByteBuffer lent = ByteBuffer.allocateDirect(36);
        private boolean given;

        Lending() {
            super(SystemEnvironment.shared());
            lent.putLong(Frame.head(Frame.GO_AWAY, 0, 0)).putInt(0);
            lent.putLong(Frame.head(Frame.PING, Frame.SYN, 0)).putInt(1);
            lent.putLong(Frame.head(Frame.PING, Frame.SYN, 0)).putInt(2).flip();
        }

        @Override
        protected ByteBuffer take() {
            if (given) {
                closed.join();
                return null;
            }
            given = true;
            return lent;
        }

        @Override
        public ByteBuffer plaintext() {
            return out.hasRemaining() ? out : out.clear();
        }

        @Override
        public void flush() {
            out.clear();
        }

        @Override
        protected void end() {
            leftWhenClosed.complete(lent.remaining());
            closed.complete(null);
        }
    }

    @Test
    void framesBehindAGoodbyeAreReadBeforeTheirBufferIsGivenAway() throws Exception {
        Lending connection = new Lending();
        MuxedConnection muxed = new Yamux().mux(SystemEnvironment.shared(), connection, true, new TestScope());
        assertThat(connection.leftWhenClosed.get()).isZero();
        muxed.close(0, "done");
    }
}
