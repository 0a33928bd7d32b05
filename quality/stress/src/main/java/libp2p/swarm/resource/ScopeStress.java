package libp2p.swarm.resource;

import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A connection ends while a thread charges memory to it and gives it back: nothing stays charged. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "nothing is left, whichever came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "memory or a scope leaks")
@State
public class ScopeStress {
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");

    private final CountingResourceManager manager =
            new CountingResourceManager(SystemEnvironment.shared(), ResourceLimits.unlimited());
    private final ConnectionScope connection;
    private final Reservation held;

    public ScopeStress() {
        try {
            connection = manager.openConnection(Direction.INBOUND, true, REMOTE);
            held = connection.reserve(1000, Reservation.ALWAYS);
        } catch (LimitExceededException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Actor
    public void grows() {
        try {
            held.grow(500, Reservation.ALWAYS);
        } catch (LimitExceededException closed) {
            // came too late, which is no error
        }
        held.close();
    }

    @Actor
    public void ends() {
        connection.close();
    }

    @Arbiter
    public void count(ZZ_Result result) {
        result.r1 = manager.usage().isEmpty();
        result.r2 = held.bytes() == 0 || connection.usage().memory() == 0;
    }
}
