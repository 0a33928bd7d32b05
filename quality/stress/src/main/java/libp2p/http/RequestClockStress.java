package libp2p.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A client leaves while its handler names what is to be done then: it is done once, whichever came first. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the action was run once")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the action was lost: the client has left, and it was not run")
@Outcome(expect = Expect.FORBIDDEN, desc = "the action was run twice")
@State
public class RequestClockStress {
    private static final IOException GONE = new IOException("the client has left");

    private final RequestClock clock = new RequestClock(() -> 0, () -> {}, Duration.ofDays(1), Duration.ofDays(1));
    private final AtomicInteger runs = new AtomicInteger();

    @Actor
    public void names() {
        clock.whenLeft(runs::incrementAndGet);
    }

    @Actor
    public void leaves() {
        clock.leave(GONE);
    }

    @Arbiter
    public void count(I_Result result) {
        result.r1 = runs.get();
    }
}
