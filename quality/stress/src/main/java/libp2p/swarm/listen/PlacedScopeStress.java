package libp2p.swarm.listen;

import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/** A connection ends while its handshake takes a place and gives it back: each place is given back once. */
@JCStressTest
@Outcome(id = "true, 1, false", expect = Expect.ACCEPTABLE, desc = "taken, and given back once")
@Outcome(id = "false, 1, false", expect = Expect.ACCEPTABLE, desc = "the connection has ended first")
@Outcome(id = ".*, 0, .*", expect = Expect.FORBIDDEN, desc = "the place was never given back")
@Outcome(id = ".*, .*, true", expect = Expect.FORBIDDEN, desc = "a connection that has ended took a place")
@Outcome(expect = Expect.FORBIDDEN, desc = "a place was given back twice, or without having been taken")
@State
public class PlacedScopeStress {
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");

    private final HandshakePlaces places = new HandshakePlaces(SystemEnvironment.shared(), 1);
    private final ConnectionScope scope;
    private boolean taken;

    public PlacedScopeStress() {
        try {
            ConnectionScope connection = new CountingResourceManager(
                            SystemEnvironment.shared(), ResourceLimits.unlimited())
                    .openConnection(Direction.INBOUND, true, REMOTE);
            scope = new PlacedScope(connection, REMOTE, places);
            places.take();
        } catch (LimitExceededException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Actor
    public void shakesHands() {
        taken = PlacedScope.take(scope);
        if (!taken) {
            places.giveBack();
        }
        PlacedScope.leave(scope);
    }

    @Actor
    public void ends() {
        scope.close();
    }

    @Arbiter
    public void count(ZIZ_Result result) {
        result.r1 = taken;
        result.r2 = FreePlaces.of(places);
        result.r3 = PlacedScope.take(scope);
    }
}
