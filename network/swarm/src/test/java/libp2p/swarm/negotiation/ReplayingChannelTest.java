package libp2p.swarm.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Bytes are read again after a restart, and no read returns 0 for bytes that have arrived. */
class ReplayingChannelTest {
    private static ReplayingChannel channel(int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) i;
        }
        ByteArrayInputStream source = new ByteArrayInputStream(content);
        return new ReplayingChannel(new NegotiationChannel() {
            @Override
            public int read(byte[] target, int offset, int count) {
                return source.read(target, offset, Math.min(count, 7));
            }

            @Override
            public void write(byte[] written) {}
        });
    }

    private static int first(ReplayingChannel channel, byte[] target) throws IOException {
        return channel.read(target, 0, target.length);
    }

    @Test
    void theFirstReadReturnsWhatHasArrived() throws IOException {
        byte[] target = new byte[10];
        assertThat(first(channel(20), target)).isEqualTo(7);
        assertThat(target).startsWith(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void aRestartBeginsAtTheFirstByteAndLosesNothing() throws IOException {
        ReplayingChannel channel = channel(300);
        byte[] target = new byte[150];
        for (int read = 0; read < 100; ) {
            read += channel.read(target, read, 100 - read);
        }
        channel.restart();
        for (int read = 0; read < 150; ) {
            int count = channel.read(target, read, 150 - read);
            assertThat(count).isPositive();
            read += count;
        }
        for (int i = 0; i < 150; i++) {
            assertThat(target[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void theEndIsTold() throws IOException {
        ReplayingChannel channel = channel(3);
        byte[] target = new byte[10];
        assertThat(first(channel, target)).isEqualTo(3);
        assertThat(first(channel, target)).isEqualTo(-1);
        channel.restart();
        assertThat(first(channel, target)).isEqualTo(3);
    }
}
