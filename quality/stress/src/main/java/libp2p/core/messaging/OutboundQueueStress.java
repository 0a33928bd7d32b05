package libp2p.core.messaging;

import libp2p.core.environment.Deadline;
import libp2p.system.SystemEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two callers add to a queue with room for one message, and one of them takes then: every message is taken, waits, or
 * is counted as dropped. jcstress runs no test with more actors than the machine has processors, which may be two.
 */
@JCStressTest
@Outcome(id = "[012], [01], [01]", expect = Expect.ACCEPTABLE, desc = "taken, dropped and waiting add up")
@Outcome(id = "-1, .*", expect = Expect.FORBIDDEN, desc = "a message was lost or doubled")
@State
public class OutboundQueueStress {
    private final OutboundQueue<Integer> queue =
            new OutboundQueue<>(SystemEnvironment.shared(), 1, new OutboundQueueLimits(1, 10));
    private int taken;

    @Actor
    public void adds() {
        queue.offer(1, 0, 1, Deadline.NONE);
    }

    @Actor
    public void addsAndTakes() {
        queue.offer(2, 0, 1, Deadline.NONE);
        if (queue.poll() != null) {
            taken++;
        }
    }

    @Arbiter
    public void count(III_Result result) {
        int waiting = queue.size();
        int dropped = (int) queue.drops(0).noRoom();
        result.r1 = taken + waiting + dropped == 2 ? taken + waiting : -1;
        result.r2 = dropped;
        result.r3 = waiting;
    }
}
