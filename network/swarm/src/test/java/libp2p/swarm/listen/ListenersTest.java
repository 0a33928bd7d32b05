package libp2p.swarm.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.Resource;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.swarm.resource.ScopeLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenersTest {
    private static final int PLACES = 4;
    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/10.0.0.1/tcp/4001");
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/10.0.0.2/tcp/5001");

    private interface Scene {
        void play(Listeners listeners, CountingResourceManager resources, Simulation simulation) throws Exception;
    }

    private static void play(Scene scene) {
        play(ResourceLimits.unlimited(), scene);
    }

    private static void play(ResourceLimits limits, Scene scene) {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment host = simulation.host("host");
            CountingResourceManager resources = new CountingResourceManager(host, limits);
            ConnectionPhases phases = new ConnectionPhases(new BoundedEventBus(host));
            // no test hands a connection over, so that none is entered in a table
            scene.play(
                    new Listeners(
                            host,
                            List.of(),
                            null,
                            phases,
                            resources,
                            ConnectionGater.ALLOW_ALL,
                            new HostObserver() {},
                            PLACES),
                    resources,
                    simulation);
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
        play((listeners, resources, simulation) -> {
            for (int round = 0; round < 100; round++) {
                fill(listeners).forEach(ConnectionScope::close);
            }
            assertThat(resources.usage()).isEmpty();
        });
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        play((listeners, resources, simulation) -> {
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
        play((listeners, resources, simulation) -> {
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
        play((listeners, resources, simulation) -> {
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

    /** A connection whose handshake ends at the moment at which a newcomer gets its place. */
    private static TransportConnection made(ConnectionScope scope, List<String> closed) {
        return (TransportConnection) Proxy.newProxyInstance(
                ListenersTest.class.getClassLoader(),
                new Class<?>[] {TransportConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "scope" -> scope;
                    case "localAddress" -> LOCAL;
                    case "remoteAddress" -> REMOTE;
                    case "close" -> closed.add((String) arguments[1]);
                    default -> throw new AssertionError(method);
                });
    }

    @Test
    void aConnectionThatIsMadeWhenItsPlaceHasGoneIsClosed() {
        play((listeners, resources, simulation) -> {
            List<String> closed = new ArrayList<>();
            List<ConnectionScope> scopes = fill(listeners);
            scopes.forEach(scope -> scope.onDisplaced(() -> closed.add("given up")));
            simulation.sleep(Duration.ofSeconds(1));
            scopes.add(listeners.admit(LOCAL, REMOTE, true));
            listeners.accept(made(scopes.getFirst(), closed));
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(closed).containsExactlyInAnyOrder("newcomers need the place", "given up");
            scopes.forEach(ConnectionScope::close);
            assertThat(resources.usage()).isEmpty();
            fill(listeners).forEach(ConnectionScope::close);
        });
    }

    /** A first packet in the name of any address holds a place and nothing of that scope; so does a peer that is proved. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTheTransientScopeIsFullOneOfItsOwnMakesRoom(boolean proved) {
        ResourceLimits limits = ResourceLimits.unlimited();
        ScopeLimit two = ScopeLimit.UNLIMITED.with(Resource.CONNECTIONS_INBOUND, 2);
        play(limits.with(ScopeKind.TRANSIENT, two), (listeners, resources, simulation) -> {
            List<String> displaced = new ArrayList<>();
            ConnectionScope oldest = proved ? listeners.admit(LOCAL, REMOTE, true) : listeners.unproved(REMOTE);
            if (proved) {
                oldest.setPeer(PeerId.parse("12D3KooWATZi2wFwQxQ14Z3q24TDNWKap6f8W5ryLE6Da4RMfsxy"));
            } else {
                listeners.admit(LOCAL, REMOTE, oldest);
            }
            oldest.onDisplaced(() -> displaced.add("oldest"));
            ConnectionScope silent = listeners.admit(LOCAL, REMOTE, true);
            silent.onDisplaced(() -> displaced.add("silent"));
            ConnectionScope other = listeners.admit(LOCAL, REMOTE, true);
            simulation.sleep(Duration.ofSeconds(1));
            ConnectionScope newcomer = listeners.admit(LOCAL, REMOTE, true);
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(displaced).containsExactly("silent");
            List.of(oldest, other, newcomer).forEach(ConnectionScope::close);
            assertThat(resources.usage()).isEmpty();
        });
    }

    @Test
    void aConnectionThatEndsWhileItIsLetInIsForgotten() {
        play((listeners, resources, simulation) -> {
            HandshakePlaces places = new HandshakePlaces(simulation.host("another"), 1);
            places.take();
            PlacedScope scope =
                    new PlacedScope(resources.openConnection(Direction.INBOUND, true, REMOTE), REMOTE, places);
            scope.close();
            places.hold(scope);
            assertThat(places.held()).isZero();
        });
    }
}
