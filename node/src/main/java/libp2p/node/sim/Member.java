package libp2p.node.sim;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.simulator.Wire;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;

/** One host of a crowd. */
final class Member {
    private static final int PORT = 4001;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** The limits must not depend on the machine that simulates. */
    private static final ResourceLimits LIMITS = ResourceLimits.scaled(1L << 30, 4096);

    private final SimulatedEnvironment environment;
    private final Host host;
    private final Identify identify;
    private final Subscription<PeerIdentified> identifications;
    private int pings;
    private int again;
    private Duration pingTime = Duration.ZERO;

    private Member(SimulatedEnvironment environment, Host host) {
        this.environment = environment;
        this.host = host;
        this.identify = host.service(Identify.class).orElseThrow();
        this.identifications = host.events().subscribe(PeerIdentified.class);
    }

    static Member start(Simulation simulation, int index, Wire wire) throws IOException {
        String ip = "10." + (index >> 16) + "." + (index >> 8 & 0xff) + "." + (index & 0xff);
        SimulatedEnvironment environment = simulation.host("host-" + index, ip);
        Host host = Libp2p.host()
                .environment(environment)
                .security("noise")
                .resources(new CountingResourceManager(environment, LIMITS))
                .limits(limits -> limits.with(
                        SwarmLimits.class,
                        swarm -> swarm.withListening(listening ->
                                listening.withInterfacePoll(Duration.ZERO)))) // its interfaces stay as they are
                .listen(wire.address(ip, PORT))
                .start();
        return new Member(environment, host);
    }

    SimulatedEnvironment environment() {
        return environment;
    }

    /** Connects to the others, one after the other, and pings each. */
    void meet(List<Member> others) throws IOException {
        for (Member other : others) {
            pingTime = pingTime.plus(ping(PeerAddress.of(other.host.peerId(), other.host.addresses())));
            pings++;
        }
    }

    /**
     * Sockets of the simulator lose a datagram now and then. A handshake over QUIC that loses several of them is given
     * up by the listener, which a dialer may learn when it has begun to ping: it tries once more, as applications do.
     */
    private Duration ping(PeerAddress address) throws IOException {
        try {
            return Ping.once(host, address);
        } catch (ConnectionClosedException refused) {
            again++;
            return Ping.once(host, address);
        }
    }

    /** Waits until the other end of every connection is identified. */
    void awaitIdentified() throws Exception {
        Deadline deadline = Deadline.after(environment, PATIENCE);
        for (Connection connection : host.connections()) {
            while (!identify.isIdentified(connection)) {
                if (identifications.take(deadline) == null) {
                    throw new IllegalStateException(environment.name() + " has not identified " + connection);
                }
            }
        }
    }

    int identified() {
        return (int) host.connections().stream().filter(identify::isIdentified).count();
    }

    int pings() {
        return pings;
    }

    /** Pings that were tried a second time, because their connection was closed by the other end. */
    int again() {
        return again;
    }

    Duration pingTime() {
        return pingTime;
    }

    void close() {
        identifications.close();
        host.close();
    }

    void requireNothingLeft(Simulation simulation) {
        int sockets = simulation.network().openConnections(environment);
        if (sockets > 0 || !host.resourceManager().usage().isEmpty()) {
            throw new IllegalStateException(environment.name() + " is closed and still has " + sockets
                    + " sockets, and charges for " + host.resourceManager().usage());
        }
    }
}
