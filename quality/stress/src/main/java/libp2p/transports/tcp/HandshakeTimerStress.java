package libp2p.transports.tcp;

import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.stress.CountingConnection;
import libp2p.stress.TaskEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A handshake ends while its time is up: its connection is closed once if it was late, and not at all if not. */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "the handshake was faster, and the connection is open")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "the timer was faster, and the handshake knows it")
@Outcome(id = "true, .*", expect = Expect.FORBIDDEN, desc = "the connection of a finished handshake was closed")
@Outcome(
        id = "false, 0",
        expect = Expect.FORBIDDEN,
        desc = "the handshake was told that it is late, but nothing is closed")
@Outcome(expect = Expect.FORBIDDEN, desc = "the connection was closed twice")
@State
public class HandshakeTimerStress {
    private final TaskEnvironment environment = new TaskEnvironment();
    private final CountingConnection raw = new CountingConnection();
    private final HandshakeTimer timer =
            HandshakeTimer.start(environment, Deadline.afterNanos(environment, 0), raw, "a handshake");
    private boolean finished;

    @Actor
    public void finishes() {
        try {
            timer.finish();
            finished = true;
        } catch (DeadlineExceededException late) {
            finished = false;
        }
    }

    @Actor
    public void expires() {
        environment.runNext();
    }

    @Arbiter
    public void count(ZI_Result result) {
        result.r1 = finished;
        result.r2 = raw.closed();
    }
}
