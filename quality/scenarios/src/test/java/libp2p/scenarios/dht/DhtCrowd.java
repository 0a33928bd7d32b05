package libp2p.scenarios.dht;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.key.Key;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.simulator.Schedule;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.World;

/**
 * A network of complete hosts that are servers of a DHT. Each joins by way of a few others; then some announce content,
 * store values and look for peers, and others find them. The figures are printed as they come.
 */
final class DhtCrowd {
    /**
     * The plan.
     *
     * @param hosts at least 30
     * @param known how many others each host joins by, if tables are refreshed; else those of {@link #contacts}
     * @param connections so many a host keeps; the connection manager closes those above
     * @param joining between the joins of two hosts
     * @param settling after the last has joined
     * @param searches of each kind
     * @param security {@code noise} or {@code plaintext}, for TCP; QUIC has its own
     * @param refreshing whether hosts fill their tables by refreshes, as by default; else all are there at the
     *     beginning, as after an hour without electricity, each connects to what its table would have saved, and its
     *     table holds whom it meets
     */
    record Plan(
            int hosts,
            int known,
            int connections,
            Duration joining,
            Duration settling,
            int searches,
            String security,
            boolean refreshing,
            long seed) {}

    /**
     * The report.
     *
     * @param found searches that found what was there, of all three kinds
     * @param exact shares of the peers that are truly closest to a key, among those that a lookup says are
     * @param table peers in a table, on average
     * @param connections of a host at the end, on average
     * @param mostConnections of any host at the end of a minute in which no host asks
     * @param requestsPerLookup that lookups of the closest peers cost
     */
    record Outcome(
            int found,
            double exact,
            double table,
            double connections,
            int mostConnections,
            double requestsPerLookup,
            String trace) {}

    private static final String PREFIX = "/crowd";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration STARTING = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int K = 20;
    private static final int NEIGHBOURS = 3;
    private static final long MEBIBYTE = 1 << 20;

    private final Plan plan;
    private final Simulation simulation;
    private final RandomGenerator random;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Dht> dhts = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();
    /** Hosts in the order of their keys. */
    private List<Integer> order = List.of();

    private int found;
    private long opened;
    private long requests;
    private double exact;

    private DhtCrowd(Plan plan, Simulation simulation) {
        this.plan = plan;
        this.simulation = simulation;
        this.random = simulation.random("crowd");
    }

    /** Runs a plan on the calling thread, which must be a platform thread. */
    static Outcome run(Plan plan) {
        Outcome[] outcome = new Outcome[1];
        String trace = Simulation.of(plan.seed)
                .schedule(Schedule.FIFO)
                .limitTime(Duration.ofHours(4))
                .run(simulation -> outcome[0] = new DhtCrowd(plan, simulation).live())
                .toString();
        Outcome o = outcome[0];
        return new Outcome(o.found, o.exact, o.table, o.connections, o.mostConnections, o.requestsPerLookup, trace);
    }

    private Outcome live() throws Exception {
        simulation.network().defaultLatency(Duration.ofMillis(20));
        phase("start", this::start);
        phase("join", this::join);
        phase("settle", () -> simulation.sleep(plan.settling));
        phase("a minute in which no host asks", () -> simulation.sleep(MINUTE));
        int mostConnections = mostConnections();
        phase("search", this::search);
        phase("a minute with what the searches left", () -> simulation.sleep(MINUTE));
        mostConnections = Math.max(mostConnections, mostConnections());
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        say("heap in use: %d MiB, %d KiB for each host", used / MEBIBYTE, used / 1024 / plan.hosts);
        Outcome outcome = new Outcome(
                found,
                exact / plan.searches,
                dhts.stream()
                        .mapToInt(dht -> dht.status().getFirst().peers())
                        .average()
                        .orElse(0),
                hosts.stream()
                        .mapToInt(host -> host.connections().size())
                        .average()
                        .orElse(0),
                mostConnections,
                (double) requests / plan.searches,
                "");
        say("%s", outcome);
        phase("close", this::close);
        return outcome;
    }

    private int mostConnections() {
        return hosts.stream().mapToInt(host -> host.connections().size()).max().orElse(0);
    }

    /** Counts the connections that hosts open or accept. */
    private final class Openings implements HostObserver {
        @Override
        public void connectionOpened(Connection connection, long handshakeNanos) {
            opened++;
        }
    }

    private interface Part {
        void run() throws Exception;
    }

    private void phase(String name, Part part) throws Exception {
        long begin = System.nanoTime();
        Duration simulated = simulation.elapsed();
        part.run();
        say(
                "%s: %.1f s for %.1f simulated seconds; %,d requests and %,d connections so far",
                name,
                (System.nanoTime() - begin) / 1e9,
                simulation.elapsed().minus(simulated).toNanos() / 1e9,
                dhts.stream()
                        .mapToLong(dht -> dht.status().getFirst().requests())
                        .sum(),
                opened / 2);
    }

    private void say(String format, Object... values) {
        System.out.println("dht crowd of " + plan.hosts + ": " + String.format(format, values));
    }

    private void start() throws IOException, InterruptedException {
        for (int i = 0; i < plan.hosts; i++) {
            Kad dht = Kad.server().withPrefix(PREFIX).withoutLocal().withValidator(new AnyValueValidator("v"));
            String ip = "10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff);
            SimulatedEnvironment environment = simulation.host("host-" + i, ip);
            Host host = Libp2p.host()
                    .environment(environment)
                    .security(plan.security)
                    .observer(new Openings())
                    .limits(all -> all.withResources(ResourceLimits.scaled(1L << 30, 4096))
                            .with(
                                    TrimmingLimits.class,
                                    trim -> trim.withMarks(plan.connections * 3 / 4, plan.connections)
                                            .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5)))
                            .with(
                                    SwarmLimits.class,
                                    swarm -> swarm.withListening(
                                            listening -> listening.withInterfacePoll(Duration.ZERO))))
                    .with(plan.refreshing ? dht : dht.withoutRefresh())
                    .listen(World.address(ip))
                    .start();
            hosts.add(host);
            dhts.add(host.find(Dht.class).orElseThrow());
            keys.add(Key.of(host.peerId()));
            simulation.sleep(STARTING); // its threads come to rest, and the watchdog sees that something happens
        }
    }

    private static PeerAddress address(Host host) {
        return PeerAddress.of(host.peerId(), host.addresses());
    }

    private void join() throws InterruptedException {
        order = IntStream.range(0, plan.hosts)
                .boxed()
                .sorted(Comparator.comparing(keys::get))
                .toList();
        List<SimulatedTask> joins = new ArrayList<>();
        for (int i = plan.refreshing ? 1 : 0; i < plan.hosts; i++) {
            List<PeerAddress> addresses = (plan.refreshing ? acquaintances(i) : contacts(i))
                    .stream().map(hosts::get).map(DhtCrowd::address).toList();
            int number = i;
            joins.add(simulation.spawn("join-" + i, () -> join(number, addresses)));
            simulation.sleep(plan.joining);
        }
        for (SimulatedTask join : joins) {
            join.join();
        }
    }

    /** Any of those that have joined before. */
    private SortedSet<Integer> acquaintances(int newcomer) {
        SortedSet<Integer> others = new TreeSet<>();
        while (others.size() < Math.min(newcomer, plan.known)) {
            others.add(random.nextInt(newcomer));
        }
        return others;
    }

    /**
     * The hosts closest to one on either side in the order of keys, and one for each length of prefix that it shares
     * with many.
     */
    private SortedSet<Integer> contacts(int host) {
        SortedSet<Integer> others = new TreeSet<>();
        int place = Collections.binarySearch(order, host, Comparator.comparing(keys::get));
        for (int i = 1; i <= NEIGHBOURS; i++) {
            others.add(order.get((place + i) % plan.hosts));
            others.add(order.get((place - i + plan.hosts) % plan.hosts));
        }
        Key own = keys.get(host);
        for (int shared = 0; plan.hosts >> shared >= 2 * K; shared++) {
            int other = random.nextInt(plan.hosts);
            while (keys.get(other).commonPrefix(own) != shared) {
                other = random.nextInt(plan.hosts);
            }
            others.add(other);
        }
        return others;
    }

    private void join(int number, List<PeerAddress> others) throws IOException {
        Host newcomer = hosts.get(number);
        for (PeerAddress other : others) {
            try {
                newcomer.connect(other);
            } catch (NetworkException e) {
                say("%s has not joined by way of %s: %s", newcomer.peerId(), other.peer(), e.getMessage());
            }
        }
    }

    private Deadline soon(int host) {
        return Deadline.after(hosts.get(host).environment(), PATIENCE);
    }

    /**
     * All at the same time: content announced and found, values stored and found, peers found, closest peers compared.
     */
    private void search() throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < plan.searches; i++) {
            int number = i;
            int one = random.nextInt(plan.hosts);
            int other = (one + 1 + random.nextInt(plan.hosts - 1)) % plan.hosts;
            int third = (other + 1 + random.nextInt(plan.hosts - 1)) % plan.hosts;
            tasks.add(simulation.spawn("search-" + i, () -> search(number, one, other, third)));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    private void search(int number, int one, int other, int third) throws IOException {
        Cid cid = Cid.v1(Multicodec.RAW, Multihash.sha256(("content " + number).getBytes(UTF_8)));
        dhts.get(one).provide(cid, soon(one));
        try (Results<PeerAddress> providers = dhts.get(other).findProviders(cid, soon(other))) {
            PeerAddress provider = providers.next();
            note("provider", provider != null && hosts.get(one).peerId().equals(provider.peer()));
        }
        byte[] key = ("/v/value " + number).getBytes(UTF_8);
        dhts.get(one).putValue(key, key, soon(one));
        byte[] value = dhts.get(third).getValue(key, soon(third));
        note("value", java.util.Arrays.equals(key, value));
        List<?> addresses = dhts.get(other).findPeer(hosts.get(third).peerId(), soon(other));
        note("peer", !addresses.isEmpty());
        long before = dhts.get(third).status().getFirst().requests();
        byte[] name = ("place " + number).getBytes(UTF_8);
        Set<PeerId> closest = new HashSet<>();
        dhts.get(third).closestPeers(name, soon(third)).forEach(peer -> closest.add(peer.peer()));
        requests += dhts.get(third).status().getFirst().requests() - before;
        exact +=
                truly(name, hosts.get(third)).stream().filter(closest::contains).count() / (double) K;
    }

    private void note(String what, boolean there) {
        if (there) {
            found++;
        } else {
            say("a %s was not found", what);
        }
    }

    private List<PeerId> truly(byte[] name, Host self) {
        Key target = Key.of(name);
        return IntStream.range(0, plan.hosts)
                .filter(i -> hosts.get(i) != self)
                .boxed()
                .sorted((a, b) -> target.compareDistances(keys.get(a), keys.get(b)))
                .limit(K)
                .map(i -> hosts.get(i).peerId())
                .toList();
    }

    private void close() throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (Host host : hosts) {
            tasks.add(simulation.spawn("close", host::close));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
        simulation.settle();
        List<String> left = simulation.livingThreads();
        if (left.size() > 1) {
            throw new IllegalStateException("threads are left: " + left.subList(1, Math.min(20, left.size())));
        }
    }

    /** HOSTS KNOWN CONNECTIONS JOINING_MS SETTLING_S SEARCHES SECURITY REFRESHING SEED. */
    public static void main(String[] a) {
        run(new Plan(
                Integer.parseInt(a[0]),
                Integer.parseInt(a[1]),
                Integer.parseInt(a[2]),
                Duration.ofMillis(Long.parseLong(a[3])),
                Duration.ofSeconds(Long.parseLong(a[4])),
                Integer.parseInt(a[5]),
                a[6],
                Boolean.parseBoolean(a[7]),
                Long.parseLong(a[8])));
    }
}
