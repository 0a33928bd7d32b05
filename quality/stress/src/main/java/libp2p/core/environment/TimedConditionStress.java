package libp2p.core.environment;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.system.SystemEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A signal meets a wait whose time is up: the signalled thread knows it, and no other believes it was. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the waiter was there, and was signalled")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "too early or too late: no thread waited")
@Outcome(expect = Expect.FORBIDDEN, desc = "a signal was lost, or made up")
@State
public class TimedConditionStress {
    private final Environment environment = SystemEnvironment.shared();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition condition = new TimedCondition(environment, lock);

    @Actor
    public void waits(ZZ_Result result) {
        lock.lock();
        try {
            result.r1 = condition.await(Deadline.afterNanos(environment, 0));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    @Actor
    public void signals(ZZ_Result result) {
        lock.lock();
        try {
            result.r2 = condition.hasWaiters();
            condition.signal();
        } finally {
            lock.unlock();
        }
    }
}
