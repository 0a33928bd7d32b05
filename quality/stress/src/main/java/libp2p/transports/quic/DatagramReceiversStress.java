package libp2p.transports.quic;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.DatagramBatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** One receiver comes and goes while another comes: the one is gone, the other is there. */
@JCStressTest
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "only the one that stays gets datagrams")
@Outcome(id = ".*, false", expect = Expect.FORBIDDEN, desc = "a receiver was lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "a receiver whose registration was closed still gets datagrams")
@State
public class DatagramReceiversStress {
    private static final InetSocketAddress SENDER = new InetSocketAddress(4001);

    private final DatagramReceivers receivers = new DatagramReceivers();
    private boolean gone;
    private boolean there;

    @Actor
    public void comesAndGoes() {
        receivers
                .add(0, 0, (batch, offset, length) -> {
                    gone = true;
                    return false;
                })
                .close();
    }

    @Actor
    public void comes() {
        receivers.add(0, 0, (batch, offset, length) -> {
            there = true;
            return false;
        });
    }

    @Arbiter
    public void count(ZZ_Result result) {
        DatagramBatch batch = new DatagramBatch(ByteBuffer.allocate(1));
        batch.received(1, 1, 0, SENDER);
        receivers.deliver(batch, 0, 1);
        result.r1 = gone;
        result.r2 = there;
    }
}
