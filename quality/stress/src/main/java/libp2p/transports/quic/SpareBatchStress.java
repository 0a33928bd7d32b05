package libp2p.transports.quic;

import java.nio.ByteBuffer;
import libp2p.quic.connection.SendBatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads borrow a batch of a port, and one of them gives its own back: no batch has two owners, none is lost. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "one batch is borrowed, the other is there")
@Outcome(id = "false, .*", expect = Expect.FORBIDDEN, desc = "one batch has two owners")
@Outcome(expect = Expect.FORBIDDEN, desc = "a batch was lost, and a new one was made")
@State
public class SpareBatchStress {
    private final QuicPort port = new CountingPort().port();
    private final SendBatch one = new SendBatch(ByteBuffer.allocate(1), 1);
    private final SendBatch other = new SendBatch(ByteBuffer.allocate(1), 1);
    private SendBatch borrowed;

    public SpareBatchStress() {
        port.giveBack(one);
        port.giveBack(other);
    }

    @Actor
    public void borrowsAndGivesBack() {
        port.giveBack(port.borrow());
    }

    @Actor
    public void borrows() {
        borrowed = port.borrow();
    }

    @Arbiter
    public void count(ZZ_Result result) {
        SendBatch left = port.borrow();
        result.r1 = left != borrowed;
        result.r2 = isKnown(left) && isKnown(borrowed);
    }

    private boolean isKnown(SendBatch batch) {
        return batch == one || batch == other;
    }
}
