package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.contracts.muxer.TestScope;
import libp2p.contracts.muxer.UnsecuredConnection;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.ReadHandler;
import libp2p.core.muxer.MuxedConnection;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection on an event loop whose records never end, though no byte more is read from its socket. */
@Timeout(60)
class EventTurnTest {
    /** Each look at it is a hundred microseconds later. */
    private static final class Clock extends ForwardingEnvironment {
        private final AtomicLong now = new AtomicLong(1);

        Clock() {
            super(SystemEnvironment.shared());
        }

        @Override
        public long nanoTime() {
            return now.addAndGet(100_000);
        }
    }

    private static final class Endless extends UnsecuredConnection {
        private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 12);
        private ReadHandler handler;
        private int read;

        @Override
        public void onReadable(ReadHandler events) {
            handler = events;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public boolean tryFlush() {
            return true;
        }

        @Override
        public ByteBuffer read() {
            read++;
            ByteBuffer ping = ByteBuffer.allocate(12);
            return ping.putLong(Frame.head(Frame.PING, Frame.ACK, 0)).putInt(7).flip();
        }

        @Override
        public ByteBuffer plaintext() {
            return out.clear();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void afterAMillisecondOfWorkItIsTheTurnOfOthers() throws Exception {
        Endless connection = new Endless();
        MuxedConnection muxed = new Yamux().mux(new Clock(), connection, true, new TestScope());
        assertThat(connection.handler.onReadable()).isEqualTo(ReadHandler.AGAIN);
        assertThat(connection.read).isBetween(1, 10);
        assertThat(connection.handler.onReadable()).isEqualTo(ReadHandler.AGAIN);
        assertThat(muxed.closeReason()).isNull();
    }
}
