package libp2p.transports.websocket;

import libp2p.stress.CountingConnection;
import libp2p.stress.TaskEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A ping comes while the pong of an earlier one is sent: the last ping has its pong. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "the last pong is that of the last ping")
@Outcome(expect = Expect.FORBIDDEN, desc = "the last ping was forgotten")
@State
public class FrameOutputStress {
    private final TaskEnvironment environment = new TaskEnvironment();
    private final CountingConnection raw = new CountingConnection();
    private final FrameOutput output = new FrameOutput(environment, raw, true, WebSocketLimits.DEFAULT);

    public FrameOutputStress() {
        output.answerPing(new byte[] {1});
    }

    @Actor
    public void pings() {
        output.answerPing(new byte[] {2});
    }

    @Actor
    public void sends() {
        environment.runNext();
    }

    @Arbiter
    public void count(I_Result result) {
        environment.runNext(); // if the second ping has a sender of its own
        result.r1 = raw.lastWritten();
    }
}
