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
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.Direction;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.ResourceLimits;

/**
 * The machines of a run: that of the victim, and a few from which strangers come, each in a network of its own. They
 * are there before anything is counted, and serve one attack after the other.
 */
final class Scene {
    /** The TCP and UDP port of every victim. */
    static final int PORT = 4001;

    private static final String VICTIM = "5.9.0.1";
    private static final int MACHINES = 8;
    private static final long MEMORY = 32 << 20;
    private static final int DESCRIPTORS = 1024;

    /** The limits of every victim that are set low. */
    static final SequencedMap<String, Object> EVERY_VICTIM = new LinkedHashMap<>();

    static {
        EVERY_VICTIM.put("peerstore.peers", 16);
        EVERY_VICTIM.put("peerstore.records", 16);
        EVERY_VICTIM.put("swarm.dialing.remembered", 16);
    }

    private final Simulation simulation;
    private final SimulatedEnvironment victim;
    private final List<SimulatedEnvironment> strangers = new ArrayList<>();
    private int next;

    Scene(Simulation simulation) {
        this.simulation = simulation;
        victim = simulation.host("victim", VICTIM);
        for (int i = 0; i < MACHINES; i++) {
            strangers.add(simulation.host("stranger-" + i, "5." + (10 + i) + ".0.1"));
        }
    }

    /** A host under attack, and the streams that peers have opened to it. */
    static final class Victim implements HostObserver {
        private final Map<String, Integer> inbound = new HashMap<>();
        private Host host;

        Host host() {
            return host;
        }

        PeerAddress address() {
            return PeerAddress.of(host.peerId(), host.addresses());
        }

        /** How many streams of a protocol peers have opened. */
        int inbound(String protocol) {
            return inbound.getOrDefault(protocol, 0);
        }

        @Override
        public void streamOpened(Stream stream) {
            if (stream.direction() == Direction.INBOUND) {
                inbound.merge(stream.protocol(), 1, Integer::sum);
            }
        }
    }

    /**
     * Starts a victim on TCP.
     *
     * <p>What it remembers of peers that have gone is bounded so closely that it is full before anything is counted;
     * so a class that grows afterwards is not in a cache that is not full yet.
     */
    Victim victim(Map<String, Object> limits, Consumer<HostBuilder> settings) throws IOException {
        Victim made = new Victim();
        HostBuilder builder = Libp2p.host()
                .environment(victim)
                .security("noise")
                .limits(all -> all.withResources(ResourceLimits.scaled(MEMORY, DESCRIPTORS)))
                .observer(made)
                .listen("/ip4/" + VICTIM + "/tcp/" + PORT);
        EVERY_VICTIM.forEach(builder::limit);
        limits.forEach(builder::limit);
        settings.accept(builder);
        made.host = builder.start();
        return made;
    }

    /** The socket of a victim on TCP or UDP. */
    InetSocketAddress socket() {
        return new InetSocketAddress(victim.addresses().getFirst(), PORT);
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
