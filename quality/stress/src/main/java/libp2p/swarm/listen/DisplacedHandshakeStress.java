package libp2p.swarm.listen;

import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.stress.TaskEnvironment;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A handshake ends while a newcomer takes its place: one of them has it, and it is free once afterwards. */
@JCStressTest
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the handshake has ended first")
@Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "the newcomer has the place")
@Outcome(expect = Expect.FORBIDDEN, desc = "both went on, or neither, or the place was given back twice or never")
@State
public class DisplacedHandshakeStress {
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");

    private final HandshakePlaces places;
    private final PlacedScope scope;
    private boolean left;
    private boolean displaced;

    public DisplacedHandshakeStress() {
        TaskEnvironment environment = new TaskEnvironment();
        places = new HandshakePlaces(environment, 1);
        try {
            ConnectionScope connection = new CountingResourceManager(environment, ResourceLimits.unlimited())
                    .openConnection(Direction.INBOUND, true, REMOTE);
            scope = new PlacedScope(connection, REMOTE, places);
            places.take();
        } catch (LimitExceededException impossible) {
            throw new IllegalStateException(impossible);
        }
        PlacedScope.take(scope);
        scope.onDisplaced(() -> {});
        environment.pass(2_000_000_000L);
    }

    @Actor
    public void handshakeEnds() {
        left = PlacedScope.leave(scope);
    }

    @Actor
    public void newcomerComes() {
        displaced = places.displace(null);
    }

    @Arbiter
    public void count(ZZI_Result result) {
        result.r1 = left;
        result.r2 = displaced;
        result.r3 = FreePlaces.of(places);
    }
}
