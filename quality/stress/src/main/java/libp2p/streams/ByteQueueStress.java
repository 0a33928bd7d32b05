package libp2p.streams;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A producer and a consumer copy without the lock, and the consumer drops the queue in the end: what it was given is
 * what the producer wrote, and every chunk is back in the pool.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "bytes right, no chunk left")
@Outcome(expect = Expect.FORBIDDEN, desc = "foreign bytes, or a chunk that is not given back")
@State
public class ByteQueueStress {
    private static final int STEP = ChunkPool.SMALL / 2 + 50; // the second goes over the end of a chunk

    private final ReentrantLock lock = new ReentrantLock();
    private final ChunkPool pool = new ChunkPool(1 << 20, true);
    private final ByteQueue queue = new ByteQueue(pool);
    private boolean dropped;
    private boolean right = true;

    @Actor
    public void produces() {
        for (int step = 0; step < 2; step++) {
            lock.lock();
            if (dropped) {
                lock.unlock();
                return;
            }
            queue.beginProduce();
            lock.unlock();
            queue.append(bytes(step * STEP), STEP);
            lock.lock();
            queue.endProduce(STEP);
            lock.unlock();
        }
    }

    private static ByteBuffer bytes(int from) {
        ByteBuffer bytes = ByteBuffer.allocate(STEP);
        for (int i = 0; i < STEP; i++) {
            bytes.put((byte) (from + i));
        }
        return bytes.flip();
    }

    @Actor
    public void consumes() {
        int at = 0;
        for (int i = 0; i < 4; i++) {
            lock.lock();
            int count = Math.min(700, queue.size());
            queue.beginConsume();
            lock.unlock();
            ByteBuffer target = ByteBuffer.allocate(count);
            queue.copyTo(target, count);
            lock.lock();
            queue.endConsume(count);
            lock.unlock();
            for (int k = 0; k < count; k++) {
                right &= target.get(k) == (byte) at++;
            }
        }
        lock.lock();
        dropped = true;
        queue.drop();
        lock.unlock();
    }

    @Arbiter
    public void count(ZI_Result result) {
        result.r1 = right;
        result.r2 = pool.lent();
    }
}
