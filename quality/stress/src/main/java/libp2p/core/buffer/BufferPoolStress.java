package libp2p.core.buffer;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/**
 * Two threads take a buffer, one of them after it has given one back: no buffer has two owners, and the counts are
 * right.
 */
@JCStressTest
@Outcome(id = "true, 2, 0", expect = Expect.ACCEPTABLE, desc = "both idle buffers are taken")
@Outcome(expect = Expect.FORBIDDEN, desc = "one buffer has two owners, or a count is wrong")
@State
public class BufferPoolStress {
    private final BufferPool pool = new BufferPool(64, 4, false);
    private final Lease back;
    private ByteBuffer first;
    private ByteBuffer second;

    public BufferPoolStress() {
        back = pool.lease();
        pool.lease().close();
    }

    @Actor
    public void one() {
        first = pool.lease().buffer();
    }

    @Actor
    public void other() {
        back.close();
        second = pool.lease().buffer();
    }

    @Arbiter
    public void count(ZII_Result result) {
        result.r1 = first != second;
        result.r2 = pool.outstanding();
        result.r3 = pool.idle();
    }
}
