package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProgressTallyTest {
    private static final int THREADS = 4;
    private static final int BLOCKS = 10_000;

    @Test
    void tellsOfTheSumsInTheirOrderWhateverThreadBringsTheBlocks() throws InterruptedException {
        List<Long> told = new ArrayList<>();
        ProgressTally tally = new ProgressTally(told::add);
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                for (int block = 0; block < BLOCKS; block++) {
                    tally.add(3);
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(told).hasSize(THREADS * BLOCKS).isSorted();
        assertThat(told.getLast()).isEqualTo(3L * THREADS * BLOCKS);
    }
}
