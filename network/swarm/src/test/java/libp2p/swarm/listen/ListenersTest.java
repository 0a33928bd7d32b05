package libp2p.swarm.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.ConnectionGater;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static final int PLACES = 4;
    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/10.0.0.1/tcp/4001");
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/10.0.0.2/tcp/5001");

    private interface Scene {
        void play(Listeners listeners, CountingResourceManager resources) throws Exception;
    }

    private static void play(Scene scene) {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host");
            CountingResourceManager resources = new CountingResourceManager(host, ResourceLimits.unlimited());
            ConnectionPhases phases = new ConnectionPhases(new BoundedEventBus(host));
            // no test hands a connection over, so that none is entered in a table
            scene.play(
                    new Listeners(
                            List.of(),
                            null,
                            phases,
                            resources,
                            ConnectionGater.ALLOW_ALL,
                            new HostObserver() {},
                            PLACES),
                    resources);
        });
    }

    private static List<ConnectionScope> fill(Listeners listeners) throws IOException {
        List<ConnectionScope> scopes = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            scopes.add(listeners.admit(LOCAL, REMOTE, true));
        }
        assertThatThrownBy(() -> listeners.admit(LOCAL, REMOTE, true))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("pendingInbound");
        return scopes;
    }

    @Test
    void aPlaceIsGivenBackWithItsScopeWhateverElseIsForgotten() {
        play((listeners, resources) -> {
            for (int round = 0; round < 100; round++) {
                fill(listeners).forEach(ConnectionScope::close);
            }
            assertThat(resources.usage()).isEmpty();
        });
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        play((listeners, resources) -> {
            for (ConnectionScope scope : fill(listeners)) {
                listeners.failed(LOCAL, REMOTE, scope, new IOException("test"));
                scope.close();
                scope.close();
                listeners.diverted(scope);
            }
            fill(listeners).forEach(ConnectionScope::close);
        });
    }

    @Test
    void aConnectionForSomethingElseHoldsItsChargesButNoPlace() {
        play((listeners, resources) -> {
            List<ConnectionScope> ordinary = fill(listeners);
            ordinary.forEach(listeners::diverted);
            fill(listeners).forEach(ConnectionScope::close);
            assertThat(resources.usage()).isNotEmpty();
            ordinary.forEach(ConnectionScope::close);
            assertThat(resources.usage()).isEmpty();
        });
    }

    @Test
    void aClientThatHasProvedItsAddressTakesAPlaceWithTheScopeThatItHas() {
        play((listeners, resources) -> {
            ConnectionScope unproved = listeners.unproved(REMOTE);
            assertThat(unproved).isNotNull();
            listeners.admit(LOCAL, REMOTE, unproved);
            List<ConnectionScope> others = new ArrayList<>();
            for (int i = 1; i < PLACES; i++) {
                others.add(listeners.admit(LOCAL, REMOTE, true));
            }
            assertThatThrownBy(() -> listeners.admit(LOCAL, REMOTE, true)).isInstanceOf(LimitExceededException.class);
            unproved.close();
            others.add(listeners.admit(LOCAL, REMOTE, true));
            others.forEach(ConnectionScope::close);
            fill(listeners).forEach(ConnectionScope::close);
        });
    }
}
