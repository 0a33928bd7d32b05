package libp2p.security.records;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** One thread gives buffers up while another uses them and gives them up too: they go back once, when they are unused. */
@JCStressTest
@Outcome(id = "1, false", expect = Expect.ACCEPTABLE, desc = "given back once, and not while they were used")
@Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "the buffers were never given back")
@Outcome(id = "1, true", expect = Expect.FORBIDDEN, desc = "the buffers were used after they had been given back")
@Outcome(expect = Expect.FORBIDDEN, desc = "the buffers were given back twice")
@State
public class BufferOwnershipStress {
    private final BufferOwnership ownership = new BufferOwnership();
    private final AtomicInteger released = new AtomicInteger();
    private boolean usedAfter;

    @Actor
    public void uses() {
        if (ownership.enter()) {
            for (int i = 0; i < 10; i++) { // it takes a while
                usedAfter |= released.get() > 0;
            }
            ownership.leave();
        }
        ownership.close(released::incrementAndGet);
    }

    @Actor
    public void closes() {
        ownership.close(released::incrementAndGet);
    }

    @Arbiter
    public void count(IZ_Result result) {
        result.r1 = released.get();
        result.r2 = usedAfter;
    }
}
