package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.contracts.muxer.TestEnvironment;
import org.junit.jupiter.api.Test;

/** Bytes for a thread that waits go straight into its buffer, others into chunks of the pool. */
class ReceiveBufferTest {
    private static final FlushTurn TURN = new FlushTurn(() -> {});

    private final TestEnvironment environment = new TestEnvironment();
    private final ChunkPool pool = Pools.poisoned();
    private final List<Runnable> due = new ArrayList<>();
    private final ReceiveBuffer receiving =
            new ReceiveBuffer(new StreamCore(environment, new StreamState(false)), pool, (count, turn) -> {}, due::add);

    private static ByteBuffer bytes(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            bytes.put(i, (byte) i);
        }
        return bytes;
    }

    private FutureTask<Integer> waitingReader(ByteBuffer target) throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        FutureTask<Integer> reading = new FutureTask<>(() -> receiving.read(target, TURN));
        thread.set(Thread.ofVirtual().start(reading));
        environment.awaitParked(thread.get());
        return reading;
    }

    @Test
    void whatAThreadWaitsForIsNotCopiedTwice() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(5000);
        FutureTask<Integer> reading = waitingReader(target);
        receiving.deliver(bytes(5000), 5000, TURN);
        assertThat(pool.lent()).as("chunks").isZero();
        assertThat(reading.get()).isEqualTo(5000);
        assertThat(target.flip()).isEqualTo(bytes(5000));
    }

    @Test
    void whatDoesNotFitWaitsInTheQueue() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(1000);
        FutureTask<Integer> reading = waitingReader(target);
        receiving.deliver(bytes(5000), 5000, TURN);
        assertThat(pool.lent()).as("chunks").isPositive();
        assertThat(reading.get()).isEqualTo(1000);
        ByteBuffer rest = ByteBuffer.allocate(5000);
        assertThat(receiving.read(rest, TURN)).isEqualTo(4000);
        assertThat(rest.flip()).isEqualTo(bytes(5000).position(1000).slice());
        assertThat(pool.lent()).isZero();
    }

    @Test
    void whatNoReaderWaitsForIsQueued() throws Exception {
        receiving.deliver(bytes(5000), 5000, TURN);
        assertThat(pool.lent()).as("chunks").isPositive();
        assertThat(receiving.read(ByteBuffer.allocate(5000), TURN)).isEqualTo(5000);
        assertThat(pool.lent()).isZero();
    }
}
