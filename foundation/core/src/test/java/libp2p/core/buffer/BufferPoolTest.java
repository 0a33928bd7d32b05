package libp2p.core.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    @Test
    void usesABufferAgainThatCameBack() {
        BufferPool pool = new BufferPool(64, 4);
        Lease first = pool.lease();
        ByteBuffer buffer = first.buffer();
        buffer.order(ByteOrder.LITTLE_ENDIAN).position(10).limit(20);
        first.close();
        try (Lease second = pool.lease()) {
            assertThat(second.buffer()).isSameAs(buffer);
            assertThat(second.buffer().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
            assertThat(second.buffer().remaining()).isEqualTo(64);
            assertThat(second.buffer().isDirect()).isTrue();
        }
        assertThat(pool.allocations()).isEqualTo(1);
    }

    @Test
    void allocatesWhenItIsEmptyAndKeepsABoundedNumber() {
        BufferPool pool = new BufferPool(16, 2);
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            leases.add(pool.lease());
        }
        assertThat(pool.outstanding()).isEqualTo(5);
        assertThat(pool.allocations()).isEqualTo(5);
        leases.forEach(Lease::close);
        assertThat(pool.outstanding()).isZero();
        assertThat(pool.idle()).isEqualTo(2);
    }

    @Test
    void closingALeaseAgainDoesNothing() {
        BufferPool pool = new BufferPool(16, 4);
        Lease lease = pool.lease();
        lease.close();
        lease.close();
        assertThat(pool.outstanding()).isZero();
        assertThat(pool.idle()).isEqualTo(1);
        Lease next = pool.lease();
        lease.close();
        assertThat(pool.outstanding()).isEqualTo(1);
        assertThat(next.buffer().capacity()).isEqualTo(16);
    }

    @Test
    void aClosedLeaseHasNoBuffer() {
        Lease lease = new BufferPool(16, 4).lease();
        lease.close();
        assertThatThrownBy(lease::buffer).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void poisonShowsReadsAndWritesAfterTheReturn() {
        BufferPool pool = new BufferPool(100, 4, true);
        Lease lease = pool.lease();
        ByteBuffer kept = lease.buffer();
        kept.put(0, (byte) 1);
        lease.close();
        assertThat(kept.get(0)).isEqualTo((byte) 0xDB);
        kept.put(99, (byte) 1);
        assertThatThrownBy(pool::lease)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at 99");
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void withoutPoisonTheContentStays() {
        BufferPool pool = new BufferPool(100, 4, false);
        Lease lease = pool.lease();
        lease.buffer().put(5, (byte) 1);
        lease.close();
        assertThat(pool.lease().buffer().get(5)).isEqualTo((byte) 1);
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThatThrownBy(() -> new BufferPool(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BufferPool(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theUsualBufferHoldsTheLongestNoiseMessageWithItsLength() {
        try (Lease lease = BufferPool.shared().lease()) {
            assertThat(lease.buffer().capacity()).isGreaterThanOrEqualTo(65535 + 2);
        }
    }

    @Test
    void neverLendsOneBufferTwice() throws Exception {
        BufferPool pool = new BufferPool(16, 3);
        try (var executor = Executors.newFixedThreadPool(8)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                long tag = thread;
                futures.add(executor.submit(() -> {
                    for (long i = 0; i < 20_000; i++) {
                        try (Lease lease = pool.lease()) {
                            long value = tag << 32 | i;
                            lease.buffer().putLong(0, value);
                            Thread.onSpinWait();
                            assertThat(lease.buffer().getLong(0)).isEqualTo(value);
                        }
                    }
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        }
        assertThat(pool.outstanding()).isZero();
        assertThat(pool.idle()).isBetween(1, 3);
    }
}
