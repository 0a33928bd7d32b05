package libp2p.growth;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.Direction;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.RemotePins;
import libp2p.ipfs.Role;
import libp2p.simulator.Lan;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.storage.MemoryDatastore;
import libp2p.swarm.resource.ResourceLimits;

/**
 * The machines of a run: that of the victim, and a few from which strangers come, each in a network of its own. They
 * are there before anything is counted, and serve one attack after the other.
 */
final class Scene {
    /** The TCP and UDP port of every victim. */
    static final int PORT = 4001;

    /** The end of the address of a host that listens on TCP, behind its IP address. */
    static final String TCP = "/tcp/" + PORT;

    /** The protocol that a whole peer announces and does not serve. */
    static final String CAPABILITY = "/growth/capability/1";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String VICTIM = "5.9.0.1";
    private static final int MACHINES = 8;
    private static final long MEMORY = 32 << 20;
    private static final int DESCRIPTORS = 1024;

    /** The limits of every victim that are set low. */
    static final SequencedMap<String, Object> EVERY_VICTIM = new LinkedHashMap<>();

    static {
        EVERY_VICTIM.put("peerstore.peers", 4);
        EVERY_VICTIM.put("peerstore.records", 4);
        EVERY_VICTIM.put("swarm.dialing.remembered", 4);
        EVERY_VICTIM.put("trimming.peers", 4);
    }

    private final Simulation simulation;
    private final SimulatedEnvironment victim;
    private final List<SimulatedEnvironment> strangers = new ArrayList<>();
    private final Lan lan;
    private int next;

    Scene(Simulation simulation) {
        this.simulation = simulation;
        victim = simulation.host("victim", VICTIM);
        for (int i = 0; i < MACHINES; i++) {
            strangers.add(simulation.host("stranger-" + i, "5." + (10 + i) + ".0.1"));
        }
        lan = simulation.network().lan("home");
        lan.attach(victim);
        strangers.forEach(lan::attach);
    }

    /** A host under attack, and the streams that peers have opened to it. */
    static final class Victim implements HostObserver, AutoCloseable {
        private final Map<String, Integer> inbound = new HashMap<>();
        private int handshakes;
        private final List<Object> parts = new ArrayList<>();
        private Host host;
        private AutoCloseable owner;

        Host host() {
            return host;
        }

        /** Of what serves beside the host's own services. */
        <T> T part(Class<T> type) {
            return parts.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() throws Exception {
            owner.close();
        }

        PeerAddress address() {
            return PeerAddress.of(host.peerId(), host.addresses());
        }

        /** How many streams of a protocol peers have opened. */
        int inbound(String protocol) {
            return inbound.getOrDefault(protocol, 0);
        }

        /** How many handshakes with peers that dial have come to an end, whichever. */
        int handshakes() {
            return handshakes;
        }

        @Override
        public void connectionOpened(Connection connection, long handshakeNanos) {
            handshakes += connection.direction() == Direction.INBOUND ? 1 : 0;
        }

        @Override
        public void inboundFailed(String transport, Throwable cause) {
            handshakes++;
        }

        @Override
        public void streamOpened(Stream stream) {
            if (stream.direction() == Direction.INBOUND) {
                inbound.merge(stream.protocol(), 1, Integer::sum);
            }
        }
    }

    /**
     * Starts a victim.
     *
     * <p>What it remembers of peers that have gone is bounded so closely that it is full before anything is counted;
     * so a class that grows afterwards is not in a cache that is not full yet.
     *
     * @param listen what follows the IP address in its address
     */
    Victim victim(String listen, Map<String, Object> limits, Consumer<HostBuilder> settings) throws IOException {
        Victim made = new Victim();
        HostBuilder builder =
                Libp2p.host().environment(victim).security("noise").listen("/ip4/" + VICTIM + listen);
        settle(builder, made, limits);
        settings.accept(builder);
        made.host = builder.start();
        made.owner = made.host;
        return made;
    }

    /** Starts a victim that is a whole peer, with its part for pins of other peers. */
    Victim peer(Map<String, Object> limits) throws IOException {
        Victim made = new Victim();
        IpfsOptions options = IpfsOptions.DEFAULT
                .withKadPrefix("/growth")
                .withListen("/ip4/" + VICTIM + TCP)
                .withStore(new MemoryBlockStore(BlockStoreLimits.DEFAULT), new MemoryDatastore())
                .withPatience(PATIENCE)
                .withCapabilities(CAPABILITY)
                .with(builder -> settle(builder, made, limits));
        IpfsPeer peer = IpfsPeer.start(victim, Role.WORKER, options);
        RemotePins pins = RemotePins.serve(peer);
        made.host = peer.host();
        made.parts.add(pins);
        made.owner = () -> {
            pins.close();
            peer.close();
        };
        return made;
    }

    private static void settle(HostBuilder builder, HostObserver observer, Map<String, Object> limits) {
        builder.observer(observer).limits(all -> all.withResources(ResourceLimits.scaled(MEMORY, DESCRIPTORS)));
        EVERY_VICTIM.forEach(builder::limit);
        limits.forEach(builder::limit);
    }

    /** The socket of a victim on TCP or UDP. */
    InetSocketAddress socket() {
        return new InetSocketAddress(victim.addresses().getFirst(), PORT);
    }

    /** The local network of all. */
    Lan lan() {
        return lan;
    }

    /** The machine of the victim. */
    SimulatedEnvironment victimMachine() {
        return victim;
    }

    /** The machine of the next stranger; they come round. */
    SimulatedEnvironment stranger() {
        next = (next + 1) % MACHINES;
        return strangers.get(next);
    }

    Simulation simulation() {
        return simulation;
    }

    /** Goes on from one attack to the next. */
    RandomGenerator random() {
        return simulation.random("attack");
    }

    void sleep(Duration time) throws InterruptedException {
        simulation.sleep(time);
    }
}
