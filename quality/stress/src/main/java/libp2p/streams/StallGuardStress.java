package libp2p.streams;

import java.time.Duration;
import libp2p.stress.TaskEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A write begins while the timer of an earlier one looks: one timer watches the new write. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one timer watches the write")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "no timer watches the write, which may stall for ever")
@Outcome(expect = Expect.FORBIDDEN, desc = "more than one timer is armed")
@State
public class StallGuardStress {
    private final TaskEnvironment environment = new TaskEnvironment();
    private final StallGuard guard = new StallGuard(environment, Duration.ofDays(1), () -> {});

    public StallGuardStress() {
        guard.enter();
        guard.leave();
    }

    @Actor
    public void writes() {
        guard.enter();
    }

    @Actor
    public void looks() {
        environment.runNext();
    }

    @Arbiter
    public void count(I_Result result) {
        result.r1 = environment.waiting();
    }
}
