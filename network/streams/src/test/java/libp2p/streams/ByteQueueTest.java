package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
    private final ChunkPool pool = Pools.poisoned();
    private final ByteQueue queue = new ByteQueue(pool);
    private final ReentrantLock lock = new ReentrantLock();

    private static byte at(long index) {
        return (byte) (index * 31 ^ index >>> 9);
    }

    private static ByteBuffer piece(long from, int count, boolean direct) {
        ByteBuffer piece = direct ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            piece.put(at(from + i));
        }
        return piece.flip();
    }

    private static void check(ByteBuffer bytes, int count, long from) {
        for (int i = 0; i < count; i++) {
            if (bytes.get(i) != at(from + i)) {
                throw new AssertionError("wrong byte at " + (from + i));
            }
        }
    }

    private boolean produce(ByteBuffer piece) {
        int count = piece.remaining();
        lock.lock();
        queue.beginProduce();
        lock.unlock();
        queue.append(piece, count);
        lock.lock();
        try {
            return queue.endProduce(count);
        } finally {
            lock.unlock();
        }
    }

    private int consume(ByteBuffer target) {
        lock.lock();
        int count = Math.min(queue.size(), target.remaining());
        queue.beginConsume();
        lock.unlock();
        queue.copyTo(target, count);
        lock.lock();
        queue.endConsume(count);
        lock.unlock();
        return count;
    }

    /** Bytes that a consumer copies from where they lie; null if there are none. */
    private ByteBuffer lend(int most) {
        lock.lock();
        try {
            if (queue.size() == 0) {
                return null;
            }
            queue.beginConsume();
            return queue.lend(most);
        } finally {
            lock.unlock();
        }
    }

    private boolean giveBack(int count) {
        lock.lock();
        try {
            queue.skip(count);
            return queue.endConsume(count);
        } finally {
            lock.unlock();
        }
    }

    @Test
    void lendsBytesWhereTheyLieWhileMoreAreAppended() {
        Random random = new Random(4);
        long in = 0;
        long out = 0;
        for (int round = 0; round < 5_000; round++) {
            if (random.nextInt(3) > 0) {
                int count = random.nextInt(random.nextInt(10) == 0 ? 100_000 : 200);
                produce(piece(in, count, random.nextBoolean()));
                in += count;
            }
            int most = 1 + random.nextInt(random.nextBoolean() ? 100 : 80_000);
            ByteBuffer lent = lend(most);
            if (lent == null) {
                continue;
            }
            int count = lent.remaining();
            assertThat(count).isBetween(1, most);
            int more = random.nextInt(300);
            produce(piece(in, more, false));
            in += more;
            check(lent.slice(), count, out);
            assertThat(giveBack(count)).isTrue();
            out += count;
            assertThat(queue.size()).isEqualTo((int) (in - out));
            ByteBuffer next = lend(1);
            if (next != null && next.arrayOffset() + next.position() > 0) {
                assertThat(next.array()).as("nothing is copied to be lent").isSameAs(lent.array());
            }
            if (next != null) {
                check(next.slice(), 1, out);
                giveBack(1);
                out++;
            }
            if (queue.size() == 0) {
                assertThat(pool.lent()).isZero();
            }
        }
    }

    @Test
    void whatIsLentLastsUntilItIsGivenBackThoughTheQueueWasDropped() {
        produce(piece(0, 5000, false));
        ByteBuffer lent = lend(Integer.MAX_VALUE);
        int count = lent.remaining();
        lock.lock();
        queue.drop();
        lock.unlock();
        check(lent.slice(), count, 0); // the pool would have overwritten it
        assertThat(giveBack(count)).isFalse();
        assertThat(pool.lent()).isZero();
    }

    @Test
    void holdsNoChunkWhenItIsEmptyAndFewWhenItIsNot() {
        Random random = new Random(1);
        long in = 0;
        long out = 0;
        for (int round = 0; round < 20_000; round++) {
            if (random.nextBoolean()) {
                int count = random.nextInt(random.nextInt(10) == 0 ? 100_000 : 200);
                produce(piece(in, count, random.nextBoolean()));
                in += count;
            } else {
                ByteBuffer target = ByteBuffer.allocate(random.nextInt(80_000));
                int count = consume(target);
                check(target, count, out);
                out += count;
            }
            assertThat(queue.size()).isEqualTo((int) (in - out));
            if (queue.size() == 0) {
                assertThat(pool.lent()).isZero();
            }
            assertThat(pool.lent()).isLessThanOrEqualTo(2 + queue.size() / ChunkPool.LARGE + 1);
        }
    }

    @Test
    void keepsTheOrderBetweenTwoThreads() throws Exception {
        long total = 20_000_000;
        FutureTask<Void> producer = new FutureTask<>(() -> {
            Random random = new Random(2);
            long sent = 0;
            while (sent < total) {
                lock.lock();
                int size = queue.size();
                lock.unlock();
                if (size > 300_000) {
                    Thread.onSpinWait();
                    continue;
                }
                int count = (int) Math.min(total - sent, 1 + random.nextInt(random.nextInt(3) == 0 ? 70_000 : 100));
                produce(piece(sent, count, false));
                sent += count;
            }
            return null;
        });
        Thread.ofPlatform().start(producer);
        ByteBuffer target = ByteBuffer.allocate(50_000);
        long got = 0;
        while (got < total) {
            int count = consume(target.clear());
            check(target, count, got);
            got += count;
        }
        producer.get();
        assertThat(pool.lent()).isZero();
    }

    /** Bytes go through two queues, part of them copied and part of them in their chunks. */
    @Test
    void bytesGoOnInTheirChunksAndNothingIsCopied() {
        ChunkPool others = Pools.poisoned();
        ByteQueue next = new ByteQueue(others);
        Random random = new Random(3);
        long in = 0;
        long moved = 0;
        long out = 0;
        for (int round = 0; round < 40_000; round++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    int count = random.nextInt(random.nextInt(10) == 0 ? 100_000 : 200);
                    produce(piece(in, count, false));
                    in += count;
                }
                case 1 -> {
                    if (queue.isDetachable()) {
                        ChunkRun run =
                                queue.detach(1 + random.nextInt(200_000), ChunkPool.LARGE + random.nextInt(100_000));
                        if (run != null) {
                            byte[] memory = run.first().bytes;
                            int start = run.first().start;
                            assertThat(memory[start]).isEqualTo(at(moved));
                            moved += run.bytes();
                            boolean alone = next.size() == 0;
                            assertThat(next.attach(run)).isTrue();
                            if (alone) {
                                ChunkRun again = next.detach(Integer.MAX_VALUE, Integer.MAX_VALUE);
                                assertThat(again.first().bytes).isSameAs(memory);
                                assertThat(next.attach(again)).isTrue();
                            }
                        }
                    }
                }
                case 2 -> {
                    int count = Math.min(random.nextInt(300), queue.size());
                    ByteBuffer few = ByteBuffer.allocate(count);
                    moved += consume(few);
                    next.beginProduce();
                    next.append(few.flip(), count);
                    next.endProduce(count);
                }
                default -> {
                    ByteBuffer target = ByteBuffer.allocate(random.nextInt(80_000));
                    int count = Math.min(next.size(), target.remaining());
                    next.beginConsume();
                    next.copyTo(target, count);
                    next.endConsume(count);
                    check(target, count, out);
                    out += count;
                }
            }
            assertThat(queue.size() + next.size()).isEqualTo((int) (in - out));
            assertThat(next.used()).isGreaterThanOrEqualTo(next.size());
            if (next.size() == 0) {
                assertThat(next.used()).isZero();
                assertThat(others.lent()).isZero();
            }
            assertThat(others.lent()).isLessThanOrEqualTo(3 + next.used() / ChunkPool.SMALL);
        }
        assertThat(out).isGreaterThan(1_000_000);
    }

    @Test
    void manyLittlePiecesCountAsTheMemoryThatTheyTake() {
        ByteQueue next = new ByteQueue(pool);
        for (int i = 0; i < 100; i++) {
            produce(piece(i, 1, false));
            ChunkRun run = queue.detach(1, ChunkPool.LARGE);
            assertThat(next.attach(run)).isTrue();
        }
        assertThat(next.size()).isEqualTo(100);
        assertThat(next.used()).isGreaterThanOrEqualTo(100 * (ChunkPool.SMALL - 1));
        ByteBuffer target = ByteBuffer.allocate(50);
        next.beginConsume();
        next.copyTo(target, 50);
        next.endConsume(50);
        check(target, 50, 0);
        assertThat(next.used()).isBetween(50 * ChunkPool.SMALL, 51 * ChunkPool.SMALL);
        next.drop();
        assertThat(pool.lent()).isZero();
        assertThat(next.used()).isZero();
    }

    @Test
    void nothingIsTakenWhileAThreadAppendsAndNothingIsLostWhenTheNextQueueIsDropped() {
        ByteQueue next = new ByteQueue(Pools.poisoned());
        produce(piece(0, 5000, false));
        queue.beginProduce();
        assertThat(queue.isDetachable()).isFalse();
        queue.append(piece(5000, 10, false), 10);
        queue.endProduce(10);
        ChunkRun run = queue.detach(Integer.MAX_VALUE, ChunkPool.LARGE);
        next.drop();
        assertThat(next.attach(run)).isFalse();
        assertThat(pool.lent()).isZero();
        assertThat(queue.size()).isZero();
    }

    @Test
    void givesItsChunksBackThoughAThreadIsCopyingWhenItIsDropped() {
        produce(piece(0, 100_000, false));
        queue.beginConsume();
        queue.beginProduce();
        queue.drop();
        assertThat(queue.size()).isZero();
        assertThat(pool.lent()).as("both sides still copy").isPositive();
        ByteBuffer target = ByteBuffer.allocate(70_000);
        queue.copyTo(target, 70_000);
        check(target, 70_000, 0);
        assertThat(queue.endConsume(70_000)).isFalse();
        queue.append(piece(0, 50_000, false), 50_000);
        assertThat(queue.endProduce(50_000)).isFalse();
        assertThat(pool.lent()).isZero();
    }

    @Test
    void refusesToHandOutWhatItDoesNotHave() {
        produce(piece(0, 10, false));
        queue.beginConsume();
        assertThatThrownBy(() -> queue.copyTo(ByteBuffer.allocate(100_000), 100_000))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPoolKeepsABoundedNumberOfChunks() {
        ChunkPool small = new ChunkPool(4 * ChunkPool.LARGE, false);
        Chunk[] chunks = new Chunk[10];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = small.take(ChunkPool.LARGE);
        }
        assertThat(small.lent()).isEqualTo(10);
        for (Chunk chunk : chunks) {
            small.give(chunk);
        }
        assertThat(small.lent()).isZero();
        int reused = 0;
        for (int i = 0; i < chunks.length; i++) {
            Chunk chunk = small.take(ChunkPool.LARGE);
            for (Chunk old : chunks) {
                reused += chunk == old ? 1 : 0;
            }
        }
        assertThat(reused).isEqualTo(3);
    }
}
