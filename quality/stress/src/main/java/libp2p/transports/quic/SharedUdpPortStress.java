package libp2p.transports.quic;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** The last use of a port ends while another begins: the port is closed in the end, and not while it is used. */
@JCStressTest
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "used, and closed after that")
@Outcome(id = "false, false, 1", expect = Expect.ACCEPTABLE, desc = "closed first, and not used")
@Outcome(id = ".*, true, .*", expect = Expect.FORBIDDEN, desc = "the port was closed while it was used")
@Outcome(expect = Expect.FORBIDDEN, desc = "the port was never closed")
@State
public class SharedUdpPortStress {
    private final CountingPort counting = new CountingPort();
    private final SharedUdpPort port = new SharedUdpPort(counting.port());
    private boolean used;

    @Actor
    public void ends() {
        port.release();
    }

    @Actor
    public void begins() {
        used = port.retain();
    }

    @Arbiter
    public void count(ZZI_Result result) {
        result.r1 = used;
        result.r2 = used && counting.port().isClosed();
        if (used) {
            port.release();
        }
        result.r3 = counting.closed();
    }
}
