package libp2p.scenarios.dht;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.HostService;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ServiceLimit;
import libp2p.core.security.SecurityProtocol;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.key.Key;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;

/**
 * A network of servers of a DHT on light hosts, each in a /16 of its own: the DHT of the product with its default settings, but for a
 * validator of the values of the test; every second host announces optimistically. All refresh themselves twice before the attack, and
 * not while it goes on.
 */
final class DhtField {
    static final String PROTOCOL = Kad.IPFS + "/kad/1.0.0";
    private static final int K = 20;
    private static final int NEIGHBOURS = 3;
    private static final Duration IDENTIFYING = Duration.ofSeconds(5);
    private static final int REFRESHES = 2;
    private static final int REFRESHING = 50;
    private static final long LEAST_DELAY = 5_000_000;
    private static final long MOST_DELAY = 60_000_000;

    /** A server, which announces optimistically or does not. */
    record Node(LightHost host, Dht dht, Key key, boolean isOptimistic) {}

    private final Simulation simulation;
    private final LightNetwork network;
    private final RandomGenerator random;
    private final List<Node> nodes = new ArrayList<>();

    DhtField(Simulation simulation, int size) throws LimitExceededException {
        this.simulation = simulation;
        network = new LightNetwork(simulation);
        random = simulation.random("dht field");
        for (int i = 0; i < size; i++) {
            Environment environment = simulation.host("node-" + i);
            LightHost host = new LightHost(
                    network,
                    environment,
                    newId(),
                    60 + i / 200 + "." + i % 200 + ".1.1",
                    random.nextLong(LEAST_DELAY, MOST_DELAY));
            Kad kad = Kad.server().withValidator(new SequenceValidator()).withoutRefresh();
            boolean optimistic = i % 2 == 1;
            Dht dht = service(host, optimistic ? kad.withOptimisticProvide() : kad);
            network.add(host);
            nodes.add(new Node(host, dht, Key.of(host.peerId()), optimistic));
        }
        nodes.sort(Comparator.comparing(Node::key));
    }

    private static Dht service(LightHost host, Kad kad) {
        Dht[] made = new Dht[1];
        kad.contribute(new OneService(host, service -> made[0] = (Dht) service));
        made[0].start(host);
        return made[0];
    }

    LightNetwork network() {
        return network;
    }

    RandomGenerator random() {
        return random;
    }

    Simulation simulation() {
        return simulation;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** A host that serves nothing. */
    LightHost client(String ip) {
        LightHost host = new LightHost(network, simulation.host("client-" + ip), newId(), ip, LEAST_DELAY);
        network.add(host);
        return host;
    }

    /** A node that has just started, with a few peers in its table; it serves no others. */
    Node newcomer(String ip, int peers) throws IOException, InterruptedException {
        LightHost host = client(ip);
        Node node = new Node(
                host,
                service(
                        host,
                        Kad.client().withValidator(new SequenceValidator()).withoutRefresh()),
                Key.of(host.peerId()),
                false);
        node.dht().listening();
        List<Node> others = new ArrayList<>(nodes);
        Collections.shuffle(others, new Random(random.nextLong()));
        for (Node other : others.subList(0, peers)) {
            host.connect(other.host().peerAddress());
        }
        simulation.sleep(IDENTIFYING);
        return node;
    }

    PeerId newId() {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    /** The nodes closest to a place, closest first. */
    List<Node> closest(Key place, int count) {
        return nodes.stream()
                .sorted(Comparator.comparing(Node::key, place::compareDistances))
                .limit(count)
                .toList();
    }

    /** All nodes connect to those that tables of an earlier run would have held, and refresh themselves. */
    void join() throws InterruptedException {
        nodes.forEach(node -> node.dht().listening());
        eachNode(this::join);
        simulation.sleep(IDENTIFYING);
        for (int i = 0; i < REFRESHES; i++) {
            eachNode(number -> nodes.get(number).dht().refresh());
        }
    }

    private interface OnNode {
        void run(int number) throws Exception;
    }

    private void eachNode(OnNode action) throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < REFRESHING; i++) {
            int first = i;
            tasks.add(simulation.spawn("nodes-" + i, () -> {
                for (int number = first; number < nodes.size(); number += REFRESHING) {
                    action.run(number);
                }
            }));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    private void join(int number) throws Exception {
        for (int other : contacts(number)) {
            try {
                nodes.get(number).host().connect(nodes.get(other).host().peerAddress());
            } catch (NetworkException e) {
                // there are others
            }
        }
    }

    private Set<Integer> contacts(int number) {
        Set<Integer> others = new LinkedHashSet<>();
        int size = nodes.size();
        for (int i = 1; i <= NEIGHBOURS; i++) {
            others.add((number + i) % size);
            others.add((number - i + size) % size);
        }
        Key own = nodes.get(number).key();
        for (int shared = 0; size >> shared >= 2 * K; shared++) {
            int bits = shared;
            List<Integer> fitting = IntStream.range(0, size)
                    .filter(other -> nodes.get(other).key().commonPrefix(own) == bits)
                    .boxed()
                    .toList();
            if (!fitting.isEmpty()) {
                others.add(fitting.get(random.nextInt(fitting.size())));
            }
        }
        return others;
    }

    /** Takes the one service that a family contributes. */
    private record OneService(LightHost host, java.util.function.Consumer<HostService> taker) implements HostAssembly {
        @Override
        public Environment environment() {
            return host.environment();
        }

        @Override
        public Identity identity() {
            return host.identity();
        }

        @Override
        public Datastore datastore(String namespace) {
            return host.datastore(namespace);
        }

        @Override
        public HostAssembly service(HostService service) {
            taker.accept(service);
            return this;
        }

        @Override
        public HostAssembly transport(TransportFactory factory) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HostAssembly security(SecurityProtocol protocol) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HostAssembly muxer(Muxer muxer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HostAssembly observer(HostObserver observer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HostAssembly serviceLimits(String service, ServiceLimit all, ServiceLimit perPeer) {
            return this;
        }

        @Override
        public <T extends Record> T limits(T base) {
            return base;
        }

        @Override
        public Optional<String> option(String name) {
            return Optional.empty();
        }
    }
}
