package libp2p.swarm.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

/** What the phases of connections cost where no subscriber listens. */
class ConnectionPhasesTest {
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/10.0.0.2/tcp/4001");
    private static final int CONNECTIONS = 20_000;

    private static void passThroughAllPhases(
            ConnectionPhases phases,
            ConnectionScope scope,
            SwarmConnection connection,
            PeerId peer,
            IOException cause) {
        for (int i = 0; i < CONNECTIONS; i++) {
            phases.dialing(scope, peer, REMOTE);
            phases.securing(scope, Direction.OUTBOUND, peer, REMOTE);
            phases.upgrading(scope, Direction.OUTBOUND, peer, REMOTE);
            phases.opened(connection);
            phases.closing(connection, 0, "closed");
            phases.closed(connection);
            phases.failed(scope, Direction.OUTBOUND, peer, REMOTE, cause);
            phases.diverted(scope, REMOTE);
        }
    }

    private static long allocatedByThisThread() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void aPhaseAllocatesNothingWithoutAListener() throws Exception {
        SimulatedEnvironment[] made = new SimulatedEnvironment[1];
        Simulation.of(1).run(simulation -> made[0] = simulation.host("host"));
        SimulatedEnvironment environment = made[0];
        BoundedEventBus bus = new BoundedEventBus(environment);
        bus.subscribe(ConnectednessChanged.class);
        bus.subscribe(PeerIdentified.class);
        ConnectionPhases phases = new ConnectionPhases(bus);
        ConnectionScope scope = new CountingResourceManager(environment, ResourceLimits.unlimited())
                .openConnection(Direction.OUTBOUND, true, REMOTE);
        ConnectionContext context =
                new ConnectionContext(environment, null, null, null, null, phases, null, null, null);
        SwarmConnection connection = new SwarmConnection(1, null, context);
        IOException cause = new IOException("test");
        passThroughAllPhases(phases, scope, connection, Peers.id(1), cause); // warm
        allocatedByThisThread();
        long before = allocatedByThisThread();
        passThroughAllPhases(phases, scope, connection, Peers.id(1), cause);
        long perConnection = (allocatedByThisThread() - before) / CONNECTIONS;
        assertThat(perConnection).as("bytes for all phases of a connection").isZero();
    }

    @Test
    void theBusKnowsWhatIsSubscribedTo() throws Exception {
        Simulation.of(1).run(simulation -> {
            BoundedEventBus bus = new BoundedEventBus(simulation.host("host"));
            assertThat(bus.hasSubscribers(ConnectionPhaseChanged.class)).isFalse();
            for (Class<? extends HostEvent> type : List.of(HostEvent.class, ConnectionPhaseChanged.class)) {
                var first = bus.subscribe(type);
                var second = bus.subscribe(type, event -> {});
                assertThat(bus.hasSubscribers(ConnectionPhaseChanged.class)).isTrue();
                first.close();
                assertThat(bus.hasSubscribers(ConnectionPhaseChanged.class)).isTrue();
                second.close();
                assertThat(bus.hasSubscribers(ConnectionPhaseChanged.class)).isFalse();
            }
            bus.subscribe(ConnectednessChanged.class);
            assertThat(bus.hasSubscribers(ConnectionPhaseChanged.class)).isFalse();
        });
    }
}
