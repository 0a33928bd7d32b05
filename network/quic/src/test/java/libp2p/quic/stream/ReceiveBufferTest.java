package libp2p.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import libp2p.quic.wire.TransportException;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
    private final StreamChunks pool = new StreamChunks(1 << 20);
    private final Gaps gaps = new Gaps();
    private final ReceiveBuffer buffer = new ReceiveBuffer(pool, gaps);

    private static byte[] bytes(long from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) ((from + i) * 31 ^ from + i >>> 9);
        }
        return bytes;
    }

    private void add(long offset, int count) throws Exception {
        buffer.add(offset, bytes(offset, count), 0, count);
    }

    private static byte[] content(ByteBuffer lent) {
        byte[] content = new byte[lent.remaining()];
        lent.slice().get(content);
        return content;
    }

    @Test
    void gapsOfAllStreamsTogetherAreBounded() throws Exception {
        add(1, 1);
        add(3, 1);
        add(0, 1); // closes one
        int left = Gaps.MAX - 1;
        List<ReceiveBuffer> others = new ArrayList<>();
        while (left > 0) {
            ReceiveBuffer other = new ReceiveBuffer(pool, gaps);
            others.add(other);
            for (int i = 0; i < 900 && left > 0; i++, left--) {
                other.add(2 * i + 1, new byte[1], 0, 1);
            }
        }
        ReceiveBuffer one = new ReceiveBuffer(pool, gaps);
        assertThatThrownBy(() -> one.add(1, new byte[1], 0, 1))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("limit of 4096 gaps in all streams");
        others.getFirst().discard(2000);
        for (int i = 1; i < 800; i++) {
            one.add(2 * i + 1, new byte[1], 0, 1);
        }
    }

    /** One byte in the chunk of each of many streams takes little credit and much memory. */
    @Test
    void chunksOfAllStreamsTogetherAreCountedUntilTheyGo() throws Exception {
        ReceiveBuffer small = new ReceiveBuffer(pool, gaps);
        small.add(0, new byte[1], 0, 1);
        assertThat(gaps.held()).isEqualTo(StreamChunks.SMALL);
        small.add(1, new byte[StreamChunks.SMALL], 0, StreamChunks.SMALL);
        assertThat(gaps.held()).isEqualTo(StreamChunks.SIZE);
        ReceiveBuffer other = new ReceiveBuffer(pool, gaps);
        other.add(StreamChunks.SIZE, new byte[1], 0, 1);
        assertThat(gaps.held()).isEqualTo(2 * StreamChunks.SIZE);
        small.read(ByteBuffer.allocate(StreamChunks.SIZE), StreamChunks.SIZE);
        assertThat(gaps.held()).isEqualTo(StreamChunks.SIZE);
        add(0, 1);
        buffer.lend(1, 1);
        buffer.discard(1); // the borrower has it for a while
        assertThat(gaps.held()).isEqualTo(StreamChunks.SIZE);
        other.discard(StreamChunks.SIZE + 1);
        assertThat(gaps.held()).isZero();
    }

    @Test
    void lendsBytesWhereTheyLieWhileOthersCome() throws Exception {
        Random random = new Random(5);
        long in = 0;
        while (in < 3_000_000) {
            int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 60_000 : 1400);
            int gap = random.nextInt(3) == 0 ? random.nextInt(2000) : 0;
            add(in + gap, count);
            if (buffer.available() > 0) {
                lendSome(random);
            }
            add(in, gap);
            in += gap + count;
            int most = random.nextInt(80_000);
            for (int left = Math.min(most, buffer.available()); left > 0; left = Math.min(left, buffer.available())) {
                left -= lendSome(random);
            }
        }
        while (buffer.available() > 0) {
            lendSome(random);
        }
        assertThat(buffer.read()).isEqualTo(in);
    }

    private int lendSome(Random random) {
        int most = 1 + random.nextInt(random.nextBoolean() ? 50 : 50_000);
        ByteBuffer lent = buffer.lend(most, Long.MAX_VALUE);
        int count = lent.remaining();
        assertThat(count).isBetween(1, most);
        assertThat(content(lent)).isEqualTo(bytes(buffer.read(), count));
        assertThat(buffer.giveBack(count)).isTrue();
        return count;
    }

    @Test
    void lendsTheMemoryThatTheBytesLieIn() throws Exception {
        add(0, 10_000);
        ByteBuffer first = buffer.lend(100, Long.MAX_VALUE);
        buffer.giveBack(100);
        assertThat(buffer.lend(100, Long.MAX_VALUE).array()).isSameAs(first.array());
    }

    @Test
    void lendsNothingBehindWhatAResetPromises() throws Exception {
        add(0, 1000);
        assertThat(buffer.lend(5000, 300).remaining()).isEqualTo(300);
    }

    @Test
    void whatIsLentLastsUntilItIsGivenBackThoughAllWasDiscarded() throws Exception {
        add(0, 10_000);
        ByteBuffer lent = buffer.lend(5000, Long.MAX_VALUE);
        buffer.discard(10_000);
        for (int i = 0; i < 3; i++) { // other streams take chunks of the pool meanwhile
            Arrays.fill(pool.take(), (byte) 0xDD);
        }
        assertThat(content(lent)).isEqualTo(bytes(0, 5000));
        assertThat(buffer.giveBack(5000))
                .as("they counted as read when they were discarded")
                .isFalse();
        assertThat(buffer.read()).isEqualTo(10_000);
    }
}
