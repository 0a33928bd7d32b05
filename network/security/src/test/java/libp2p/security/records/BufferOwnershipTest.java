package libp2p.security.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.contracts.security.Handshakes;
import libp2p.contracts.security.Handshakes.Task;
import org.junit.jupiter.api.Test;

class BufferOwnershipTest {
    private final BufferOwnership custody = new BufferOwnership();
    private final AtomicInteger released = new AtomicInteger();

    private void close() {
        custody.close(released::incrementAndGet);
    }

    @Test
    void whatNoThreadHoldsIsReleasedByTheOneThatCloses() {
        close();
        close();
        assertThat(released).hasValue(1);
        assertThat(custody.enter()).isFalse();
    }

    @Test
    void theHolderReleasesWhatItHolds() {
        assertThat(custody.enter()).isTrue();
        assertThat(custody.enter()).isTrue();
        close();
        assertThat(released).hasValue(1);
    }

    @Test
    void aHolderThatHasLeftIsNotWaitedFor() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Task<Boolean> holder = Handshakes.start(() -> {
            custody.enter();
            custody.leave();
            left.countDown();
            end.await();
            return true;
        });
        left.await();
        close();
        assertThat(released).hasValue(1);
        end.countDown();
        holder.get();
    }

    @Test
    void anotherThreadLeavesTheReleaseToTheHolder() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Task<Integer> holder = Handshakes.start(() -> {
            custody.enter();
            held.countDown();
            closed.await();
            int before = released.get();
            close();
            return before;
        });
        held.await();
        close();
        closed.countDown();
        assertThat(holder.get()).isZero();
        assertThat(released).hasValue(1);
    }

    @Test
    void whatADeadThreadHeldIsReleased() throws Exception {
        Handshakes.start(custody::enter).get();
        close();
        assertThat(released).hasValue(1);
    }

    @Test
    void aReleaseNeverMeetsAHolderWhateverTheTiming() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            BufferOwnership contested = new BufferOwnership();
            AtomicBoolean free = new AtomicBoolean();
            AtomicInteger releases = new AtomicInteger();
            Runnable release = () -> {
                free.set(true);
                releases.incrementAndGet();
            };
            CyclicBarrier barrier = new CyclicBarrier(2);
            Task<Boolean> holder = Handshakes.start(() -> {
                barrier.await();
                boolean clean = true;
                while (contested.enter()) {
                    clean &= !free.get();
                    Thread.yield();
                    clean &= !free.get();
                    contested.leave();
                }
                return clean;
            });
            Task<Void> closer = Handshakes.start(() -> {
                barrier.await();
                while (releases.get() == 0) {
                    contested.close(release);
                    Thread.yield(); // to the holder, if there is one processor
                }
                return null;
            });
            closer.get();
            assertThat(holder.get()).isTrue();
            assertThat(releases).hasValue(1);
        }
    }
}
