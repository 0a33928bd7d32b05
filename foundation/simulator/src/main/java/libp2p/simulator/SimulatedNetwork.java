package libp2p.simulator;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network between the hosts of a simulation. Every two hosts have a link, whose settings are the default ones until
 * changed. Deterministic: its randomness comes from the seed, link by link.
 */
public final class SimulatedNetwork {
    private static final Duration DEFAULT_LATENCY = Duration.ofMillis(1);
    /** Time from a host to itself. */
    private static final long LOOPBACK_NANOS = 20_000;

    private final SimulatedScheduler scheduler;
    private final Trace trace;
    private final long seed;
    private final Addresses addresses = new Addresses();
    private final Map<Long, Path> paths = new HashMap<>();
    private final Map<Integer, Integer> islands = new HashMap<>();
    private final List<SimulatedTcpChannel> connections = new ArrayList<>();
    private final SimulatedNames names = new SimulatedNames();
    private Duration defaultLatency = DEFAULT_LATENCY;
    private int socketBuffer = 256 * 1024;

    SimulatedNetwork(SimulatedScheduler scheduler, Trace trace, long seed) {
        this.scheduler = scheduler;
        this.trace = trace;
        this.seed = seed;
    }

    void add(SimulatedEnvironment host, @Nullable SimulatedNat behind) {
        addresses.add(host, behind);
    }

    /** The latency of links that are not used or set up yet; 1 ms unless set. */
    public SimulatedNetwork defaultLatency(Duration oneWay) {
        defaultLatency = oneWay;
        return this;
    }

    long defaultLatencyNanos() {
        return defaultLatency.toNanos();
    }

    /**
     * Sets the number of bytes that a new TCP connection holds in each direction, written and not yet read, in the
     * buffers of both hosts and on the way; 256 KiB unless set.
     */
    public SimulatedNetwork socketBuffer(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a socket buffer holds at least a byte");
        }
        socketBuffer = bytes;
        return this;
    }

    int socketBuffer() {
        return socketBuffer;
    }

    /** Both directions between two hosts. */
    public Link link(SimulatedEnvironment a, SimulatedEnvironment b) {
        return new Link(path(a, b), path(b, a));
    }

    /** One direction between two hosts. Acknowledgements of TCP are never lost, so cut both directions for a fault. */
    public Link oneWay(SimulatedEnvironment from, SimulatedEnvironment to) {
        return new Link(path(from, to));
    }

    Path path(SimulatedEnvironment from, SimulatedEnvironment to) {
        long key = ((long) from.index() << 32) | to.index();
        Path path = paths.get(key);
        if (path == null) {
            long latency = from == to ? LOOPBACK_NANOS : defaultLatency.toNanos();
            path = new Path(this, from, to, latency, seed);
            paths.put(key, path);
        }
        return path;
    }

    /**
     * Cuts these hosts off from all others, silently; among themselves they go on. Replaces earlier partitions of
     * theirs.
     */
    public void partition(Collection<SimulatedEnvironment> island) {
        int number =
                1 + islands.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        island.forEach(host -> islands.put(host.index(), number));
    }

    /** Ends all partitions; links that were cut one by one stay so. */
    public void healPartitions() {
        islands.clear();
    }

    boolean separates(SimulatedEnvironment a, SimulatedEnvironment b) {
        return !islands.isEmpty()
                && a != b
                && !islands.getOrDefault(a.index(), 0).equals(islands.getOrDefault(b.index(), 0));
    }

    /** Resets the TCP connections between two hosts: both ends are told at once, unread bytes are lost. */
    public void resetConnections(SimulatedEnvironment a, SimulatedEnvironment b) {
        for (SimulatedTcpChannel connection : connectionsBetween(a, b)) {
            connection.failBoth("Connection reset");
        }
    }

    /**
     * Lets the TCP connections between two hosts die without a word, as when a router on the way forgets them: nothing
     * gets through, and each side notices only by its own timers. New connections work.
     */
    public void silenceConnections(SimulatedEnvironment a, SimulatedEnvironment b) {
        connectionsBetween(a, b).forEach(SimulatedTcpChannel::silenceBoth);
    }

    void silenceConnections(SimulatedEnvironment host, InetAddress local) {
        connections.stream()
                .filter(c -> c.host() == host && c.localAddress().getAddress().equals(local))
                .toList()
                .forEach(SimulatedTcpChannel::silenceBoth);
    }

    /** The number of TCP sockets that are open on a host, listeners not counted. */
    public int openConnections(SimulatedEnvironment host) {
        return (int) connections.stream().filter(c -> c.host() == host).count();
    }

    private List<SimulatedTcpChannel> connectionsBetween(SimulatedEnvironment a, SimulatedEnvironment b) {
        return connections.stream()
                .filter(c -> (c.host() == a && c.peer() == b) || (c.host() == b && c.peer() == a))
                .toList();
    }

    /** Adds a local network on which multicast works; hosts are attached to it with {@link Lan#attach}. */
    public Lan lan(String name) {
        return new Lan(scheduler, this, name);
    }

    /** Adds a NAT with a public IPv4 address; hosts are put behind it with {@link #putBehind}. */
    public SimulatedNat nat(String publicAddress) {
        return nat(publicAddress, addresses.internet(), "");
    }

    /**
     * Adds a NAT behind another one, as providers have them.
     *
     * @param outsideAddress in the network behind the other, where it is unique
     */
    public SimulatedNat nat(String outsideAddress, SimulatedNat behind) {
        return nat(outsideAddress, behind.inside(), behind.address().getHostAddress() + ".");
    }

    private SimulatedNat nat(String outsideAddress, Realm outside, String where) {
        InetAddress address = InetAddress.ofLiteral(outsideAddress);
        if (!(address instanceof Inet4Address)) {
            throw new IllegalArgumentException("IPv6 addresses are not translated: " + outsideAddress);
        }
        SimulatedNat nat =
                new SimulatedNat(scheduler, address, outside, SeededRandom.of(seed, "nat." + where + outsideAddress));
        outside.add(nat);
        return nat;
    }

    /** The answer to TCP connection attempts at an address that no host has; none unless set. */
    public SimulatedNetwork unusedAddresses(Refusal answer) {
        addresses.unusedAddresses(answer);
        return this;
    }

    /**
     * Puts hosts behind a NAT: their IPv4 addresses are seen only by others behind it. Those that are behind another
     * are carried over, with their addresses, and go on from there, as a phone does in another network.
     */
    public void putBehind(SimulatedNat nat, SimulatedEnvironment... hosts) {
        for (SimulatedEnvironment host : hosts) {
            addresses.putBehind(nat, host);
        }
    }

    /** The names that hosts resolve. */
    public SimulatedNames names() {
        return names;
    }

    // ---- for the sockets

    Addresses addresses() {
        return addresses;
    }

    void opened(SimulatedTcpChannel connection) {
        connection.registryIndex = connections.size();
        connections.add(connection);
    }

    void closed(SimulatedTcpChannel connection) {
        int index = connection.registryIndex;
        if (index >= 0) {
            connection.flows().forEach(Conversation::ended);
            connection.registryIndex = -1;
            SimulatedTcpChannel last = connections.removeLast();
            if (last != connection) {
                connections.set(index, last);
                last.registryIndex = index;
            }
        }
    }

    void frame(Path path, FrameKind kind, int size) {
        trace.frame(scheduler.now(), path.from, kind, path.to, size);
    }

    void frame(Path path, FrameKind kind, byte[] bytes) {
        trace.frame(scheduler.now(), path.from, kind, path.to, bytes);
    }

    void lost(Path path, int size) {
        trace.frame(scheduler.now(), path.from, FrameKind.LOST, path.to, size);
    }
}
