package libp2p.swarm.connmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.host.Merit;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.swarm.resource.ScopeLimit;
import libp2p.swarm.testing.FakeConnection;
import libp2p.swarm.testing.FakeHost;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class ScarcityReliefTest {
    private static final int STREAMS = 100;
    private static final int STRANGERS = 10;
    private static final int EACH = 9;
    /** Strangers of an address each, which are IP groups of their own. */
    private static final int APART = 1 << 16;

    /** A peer to which this host has opened most of its streams holds none of those that strangers take from others. */
    @Test
    void whereInboundStreamsAreScarceThoseThatThisHostHasOpenedDoNotCount() {
        ResourceLimits limits = ResourceLimits.unlimited()
                .with(ScopeKind.SYSTEM, ScopeLimit.UNLIMITED.withStreams(10 * STREAMS, STREAMS, 10 * STREAMS));
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"), limits);
            TrimmingConnectionManager manager = new TrimmingConnectionManager(host, TrimmingLimits.DEFAULT);
            FakeConnection server = host.connect(1, Direction.OUTBOUND).withStreams(Direction.OUTBOUND, STREAMS);
            List<StreamScope> held = new ArrayList<>();
            List<Connection> strangers = new ArrayList<>();
            for (int i = 1; i <= STRANGERS; i++) {
                strangers.add(host.connect(APART * i, Direction.INBOUND).withStreams(EACH));
                simulation.settle();
                for (int j = 0; j < EACH; j++) {
                    held.add(host.resourceManager().openStream(Peers.id(APART * i), Direction.INBOUND));
                }
            }
            simulation.settle();
            assertThat(server.isOpen()).as("the peer that serves this host").isTrue();
            assertThat(strangers).as("strangers").anyMatch(stranger -> !stranger.isOpen());
            held.forEach(StreamScope::close);
            manager.close();
            simulation.settle();
            assertThat(host.threads()).as("threads after close").isZero();
        });
    }

    /** Strangers of many networks hold half as much as an ordinary peer each, and together nearly all. */
    @Test
    void strangersThatHoldLittleEachDoNotPushOutPeersThatHaveDoneSomething() {
        int most = 1_000;
        int ordinary = 20;
        ResourceLimits limits = ResourceLimits.unlimited()
                .with(ScopeKind.SYSTEM, ScopeLimit.UNLIMITED.withStreams(10 * most, most, 10 * most));
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"), limits);
            TrimmingConnectionManager manager = new TrimmingConnectionManager(host, TrimmingLimits.DEFAULT);
            List<StreamScope> held = new ArrayList<>();
            List<Connection> members = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                members.add(hold(host, APART * i, ordinary, held));
                manager.tag(Peers.id(APART * i), Merit.MESH);
            }
            List<Connection> strangers = new ArrayList<>();
            for (int i = 11; i <= 90; i++) {
                strangers.add(hold(host, APART * i, ordinary / 2, held));
                simulation.settle();
            }
            assertThat(members).as("members of a mesh").allMatch(Connection::isOpen);
            assertThat(strangers).as("strangers").anyMatch(stranger -> !stranger.isOpen());
            held.forEach(StreamScope::close);
            manager.close();
            simulation.settle();
        });
    }

    private static Connection hold(FakeHost host, int number, int streams, List<StreamScope> held)
            throws LimitExceededException {
        Connection connection = host.connect(number, Direction.INBOUND).withStreams(streams);
        for (int i = 0; i < streams; i++) {
            held.add(host.resourceManager().openStream(Peers.id(number), Direction.INBOUND));
        }
        return connection;
    }
}
