package libp2p.muxers.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import libp2p.core.environment.SystemEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two senders have something to send while the writer falls asleep: it wakes up, and serves both once. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both were served")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was forgotten or served twice")
@State
public class OutboxStress {
    private final Outbox outbox = new Outbox(SystemEnvironment.shared(), () -> {});

    {
        outbox.wake(); // the writer is there
    }

    private static final class Once extends Sender {
        @Override
        protected boolean send(RecordWriter out, boolean data) {
            return false;
        }
    }

    @Actor
    public void writer(I_Result result) {
        try {
            while (result.r1 < 2 && outbox.await() == Outbox.Next.SERVE) {
                while (outbox.serve(null)) {
                    result.r1++;
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            outbox.ended();
        }
    }

    @Actor
    public void application() {
        outbox.control(new Once());
        outbox.data(new Once());
    }
}
