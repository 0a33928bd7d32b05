package libp2p.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import libp2p.system.SystemEnvironment;
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
public class SendQueueStress {
    private final SendQueue queue = new SendQueue(SystemEnvironment.shared(), () -> {});

    {
        queue.wake(); // the writer is there
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
            while (result.r1 < 2 && queue.election().await() == WriterElection.Next.SERVE) {
                while (queue.serve(null)) {
                    result.r1++;
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            queue.election().ended();
        }
    }

    @Actor
    public void application() {
        queue.control(new Once());
        queue.data(new Once());
    }
}
