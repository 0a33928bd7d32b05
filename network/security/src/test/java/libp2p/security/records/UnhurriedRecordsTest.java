package libp2p.security.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records over a connection that has now a few bytes, now none, and takes now a few, now none. */
class UnhurriedRecordsTest {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");

    /** Two bytes of length; nothing is secret. */
    private static final class Plain implements RecordFormat, RecordSealer {
        @Override
        public int headerLength() {
            return 2;
        }

        @Override
        public int trailerLength() {
            return 0;
        }

        @Override
        public int maxPlaintext() {
            return 65_535;
        }

        @Override
        public void seal(ByteBuffer buffer, int offset, int length) {
            buffer.putShort(offset - 2, (short) length);
        }

        @Override
        public int recordLength(ByteBuffer buffer, int offset) {
            return 2 + Short.toUnsignedInt(buffer.getShort(offset));
        }
    }

    /** Each call moves at most so many bytes, and every second one none. */
    private static final class Unhurried implements RawConnection {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final ByteBuffer source;
        private final int most;
        private boolean busy;

        Unhurried(byte[] source, int most) {
            this.source = ByteBuffer.wrap(source);
            this.most = most;
        }

        @Override
        public int read(ByteBuffer target) {
            busy = !busy;
            if (busy) {
                return 0;
            }
            if (!source.hasRemaining()) {
                return -1;
            }
            int count = Math.min(most, Math.min(source.remaining(), target.remaining()));
            target.put(source.slice(source.position(), count));
            source.position(source.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer all) {
            while (all.hasRemaining()) {
                written.write(all.get());
            }
        }

        @Override
        public void tryWrite(ByteBuffer some) {
            busy = !busy;
            for (int i = 0; i < most && some.hasRemaining() && !busy; i++) {
                written.write(some.get());
            }
        }

        @Override
        public void onReadable(ReadHandler handler) {
            throw new UnsupportedOperationException("the test calls by itself");
        }

        @Override
        public Multiaddr localAddress() {
            return ADDRESS;
        }

        @Override
        public Multiaddr remoteAddress() {
            return ADDRESS;
        }

        @Override
        public boolean portReused() {
            return false;
        }

        @Override
        public void close() {}
    }

    private final RecordBuffers buffers = RecordBuffers.create();

    private static byte[] records(int... lengths) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Random random = new Random(1);
        for (int length : lengths) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            all.write(length >> 8);
            all.write(length);
            all.writeBytes(content);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64, 1000, 1 << 20})
    void aRecordIsThereWhenAllOfItHasCome(int most) throws IOException {
        byte[] sent = records(1, 62, 63, 500, 4094, 5000, 65_535, 7, 65_535, 65_535);
        RecordInput input = new RecordInput(new Unhurried(sent, most), buffers, new Plain());
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Arrival arrival;
        int pauses = 0;
        while ((arrival = input.poll()) != Arrival.END) {
            if (arrival == Arrival.RECORD) {
                byte[] record = new byte[input.length()];
                input.buffer().get(input.offset(), record);
                received.writeBytes(record);
            } else {
                pauses++;
            }
        }
        assertThat(received.toByteArray()).isEqualTo(sent);
        assertThat(pauses).isPositive();
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void betweenTwoRecordsItWaitsWithoutAPooledBuffer() throws IOException {
        byte[] sent = records(65_535, 65_535, 65_535, 65_535, 65_535);
        RecordInput input = new RecordInput(new Unhurried(sent, 1 << 20), buffers, new Plain());
        for (int records = 0; records < 5; ) {
            if (input.poll() == Arrival.RECORD) {
                records++;
            }
        }
        Arrival arrival = input.poll();
        assertThat(arrival).isIn(Arrival.NOTHING_YET, Arrival.END);
        assertThat(buffers.outstanding()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 100, 5000, 1 << 20})
    void whatATryLeavesIsWrittenFirstByWhateverComesNext(int most) throws IOException {
        Random random = new Random(most);
        Unhurried raw = new Unhurried(new byte[0], most);
        RecordOutput output = new RecordOutput(raw, buffers, new Plain());
        ByteArrayOutputStream put = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(6000)];
            random.nextBytes(bytes);
            put.writeBytes(bytes);
            for (int done = 0; done < bytes.length; ) {
                ByteBuffer target = output.plaintext();
                int count = Math.min(target.remaining(), bytes.length - done);
                target.put(bytes, done, count);
                done += count;
            }
            switch (random.nextInt(4)) {
                case 0 -> output.flush();
                case 1 -> output.tryFlush();
                case 2 -> {
                    if (!output.tryFlush()) {
                        output.tryFlush();
                    }
                }
                default -> {}
            }
        }
        output.flush();
        assertThat(plaintext(raw.written.toByteArray())).isEqualTo(put.toByteArray());
        assertThat(buffers.outstanding()).isZero();
    }

    private static byte[] plaintext(byte[] records) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteBuffer source = ByteBuffer.wrap(records);
        while (source.hasRemaining()) {
            byte[] record = new byte[Short.toUnsignedInt(source.getShort())];
            source.get(record);
            plain.writeBytes(record);
        }
        return plain.toByteArray();
    }
}
