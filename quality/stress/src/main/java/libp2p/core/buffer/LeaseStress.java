package libp2p.core.buffer;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads close one lease: its buffer goes back once, so that no two owners share it later. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "given back once")
@Outcome(expect = Expect.FORBIDDEN, desc = "given back twice, or lost")
@State
public class LeaseStress {
    private final BufferPool pool = new BufferPool(64, 4, false);
    private final Lease lease = pool.lease();

    @Actor
    public void one() {
        lease.close();
    }

    @Actor
    public void other() {
        lease.close();
    }

    @Arbiter
    public void count(II_Result result) {
        result.r1 = pool.idle();
        result.r2 = pool.outstanding();
    }
}
