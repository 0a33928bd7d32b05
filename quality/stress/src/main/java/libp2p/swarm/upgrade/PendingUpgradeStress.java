package libp2p.swarm.upgrade;

import libp2p.stress.CountingConnection;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** An upgrade is settled while its time is up, and the host closes then: exactly one of the three happens. */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "settled, and the connection is open")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "late, and the connection was closed")
@Outcome(id = "true, .*", expect = Expect.FORBIDDEN, desc = "the connection of a settled upgrade was closed")
@Outcome(id = "false, 0", expect = Expect.FORBIDDEN, desc = "the connection leaks: neither settled nor closed")
@Outcome(expect = Expect.FORBIDDEN, desc = "the connection was closed twice")
@State
public class PendingUpgradeStress {
    private final CountingConnection raw = new CountingConnection();
    private final PendingUpgrade upgrade = new PendingUpgrade(raw);
    private boolean settled;

    @Actor
    public void settles() {
        settled = upgrade.settle();
        upgrade.hostClosed();
    }

    @Actor
    public void expires() {
        upgrade.run();
    }

    @Arbiter
    public void count(ZI_Result result) {
        result.r1 = settled;
        result.r2 = raw.closed();
    }
}
