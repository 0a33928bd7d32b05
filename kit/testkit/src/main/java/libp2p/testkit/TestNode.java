package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.oracle.Wiretap;

/**
 * A complete host with identify, ping and echo on a simulated machine. Used by the threads of its simulation; the
 * {@link World} closes it.
 */
public final class TestNode {
    /** The limits of every node, which must not depend on the machine that simulates. */
    public static final ResourceLimits LIMITS = ResourceLimits.scaled(1L << 30, 4096);

    private final SimulatedEnvironment environment;
    private final Host host;
    private final Tally tally;

    private TestNode(SimulatedEnvironment environment, Host host, Tally tally) {
        this.environment = environment;
        this.host = host;
        this.tally = tally;
    }

    static TestNode start(
            SimulatedEnvironment environment, Wiretap tap, Consumer<HostBuilder> settings, String... listen)
            throws IOException {
        Tally tally = new Tally();
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .security("noise")
                .limits(limits -> limits.withResources(LIMITS))
                .observer(tally)
                .aroundTransports(tap::around)
                .diagnostics(tap.frames())
                .with(new Echo())
                .listen(listen);
        settings.accept(builder);
        return new TestNode(environment, builder.start(), tally);
    }

    /** Its machine. */
    public SimulatedEnvironment environment() {
        return environment;
    }

    /** The host itself. */
    public Host host() {
        return host;
    }

    /** The counters of the host. */
    public Tally tally() {
        return tally;
    }

    /** Its peer id. */
    public PeerId id() {
        return host.peerId();
    }

    /** Its peer id and the addresses that it listens on. */
    public PeerAddress address() {
        return PeerAddress.of(id(), host.addresses());
    }

    /** Its first listening address as the network knows it. */
    public InetSocketAddress socketAddress() {
        Multiaddr listening = host.addresses().getFirst();
        return new InetSocketAddress(listening.ip(), listening.port());
    }

    /** Connects to another node; blocks. */
    public Connection connect(TestNode other) throws IOException {
        return host.connect(other.address());
    }

    /** Opens a stream to another node; blocks. */
    public Stream open(TestNode other, String protocol) throws IOException {
        return host.open(other.address(), protocol);
    }

    /** The open connections to another node. */
    public List<Connection> connections(TestNode other) {
        return host.connections(other.id());
    }

    /** Pings another node once; blocks. */
    public Duration ping(TestNode other) throws IOException {
        return Ping.once(host, other.address());
    }

    /** Whether identify has succeeded on a connection. */
    public boolean hasIdentified(Connection connection) {
        return host.service(Identify.class).orElseThrow().isIdentified(connection);
    }

    /** Waits until the peers of all its connections are identified. */
    public void awaitIdentified() throws Exception {
        try (Subscription<PeerIdentified> events = host.events().subscribe(PeerIdentified.class)) {
            Deadline deadline = Deadline.after(environment, Duration.ofMinutes(1));
            for (Connection connection : host.connections()) {
                while (!hasIdentified(connection)) {
                    assertThat(events.take(deadline))
                            .as("identification on %s", connection)
                            .isNotNull();
                }
            }
        }
    }

    /**
     * Closes the host, after which no thread of it may run; blocks. The world closes all nodes that are not closed yet.
     */
    public void close(Simulation simulation) {
        host.close();
        String own = environment.name() + "/";
        assertThat(((Swarm) host).threads())
                .as("threads of %s that still run, among %s", own, simulation.livingThreads())
                .isZero();
    }

    void requireNothingLeft(Simulation simulation) throws IOException {
        assertThat(simulation.network().openConnections(environment))
                .as("open sockets of %s", environment)
                .isZero();
        assertThat(host.resourceManager().usage())
                .as("charges of %s", environment)
                .isEmpty();
        assertThat(host.connections()).as("connections of %s", environment).isEmpty();
        tally.requireAllEnded(environment.name());
        assertThat(environment.armedTimers())
                .as("timers of %s that are still armed", environment)
                .isZero();
        Leftovers.require(environment.name(), (Swarm) host);
        for (Multiaddr address : ((Swarm) host).listenAddresses()) {
            if (address.has(Protocol.P2P_CIRCUIT)) {
                continue;
            }
            InetSocketAddress place = new InetSocketAddress(address.ip(), address.port());
            if (address.has(Protocol.UDP)) {
                environment.network().bindUdp(place).close();
            } else {
                environment.network().listenTcp(place, 1, false).close();
            }
        }
    }
}
