package libp2p.simulator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.Network;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/** The simulated network as one host sees it. IPv4 and IPv6 wildcards are bound apart. */
final class HostNetwork implements Network {
    private static final InetAddress LOOPBACK_4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

    private final SimulatedEnvironment host;
    private final SimulatedNetwork world;
    private final SimulatedScheduler scheduler;
    private final SeededRandom random;
    private final Ports ports;
    private final List<Connecting> connecting = new ArrayList<>(2);
    private final Map<InetSocketAddress, SimulatedUdpSocket> udpSockets = new HashMap<>(4);
    /** In the order in which they were attached, which is that of their indices. */
    private final List<Lan> lans = new ArrayList<>(1);

    private final List<SimulatedUdpSocket> members = new ArrayList<>(1);

    HostNetwork(SimulatedEnvironment host, SimulatedNetwork world, SimulatedScheduler scheduler, long seed) {
        this.host = host;
        this.world = world;
        this.scheduler = scheduler;
        this.random = SeededRandom.of(seed, "network");
        this.ports = new Ports(SeededRandom.of(seed, "ports"));
    }

    SimulatedEnvironment host() {
        return host;
    }

    SimulatedNetwork world() {
        return world;
    }

    SeededRandom random() {
        return random;
    }

    Ports ports() {
        return ports;
    }

    // ---- TCP

    @Override
    public TcpChannel connectTcp(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        scheduler.requireInside("connect");
        scheduler.schedulePoint();
        if (remote.isUnresolved()) {
            throw new UnknownHostException(remote.getHostString());
        }
        InetSocketAddress source = source(local, remote.getAddress());
        Connecting attempt = new Connecting(this, scheduler, source, remote);
        connecting.add(attempt);
        try {
            return attempt.run(deadline);
        } finally {
            connecting.remove(attempt);
        }
    }

    /** A connect of this host that leaves from and goes to these endpoints: a SYN meets it halfway. */
    @Nullable
    Connecting connectingBetween(InetSocketAddress local, InetSocketAddress remote) {
        for (Connecting attempt : connecting) {
            if (attempt.isBetween(local, remote)) {
                return attempt;
            }
        }
        return null;
    }

    /** Local address of a connection that leaves. */
    private InetSocketAddress source(@Nullable InetSocketAddress local, InetAddress remote) throws IOException {
        InetAddress address = local == null ? null : local.getAddress();
        if (address == null || address.isAnyLocalAddress()) {
            address = sourceAddress(remote);
        } else {
            checkOwn(address);
        }
        if (local == null || local.getPort() == 0) {
            return new InetSocketAddress(address, ports.ephemeral());
        }
        InetSocketAddress source = new InetSocketAddress(address, local.getPort());
        ports.checkReusable(source);
        return source;
    }

    private InetAddress sourceAddress(InetAddress remote) throws SocketException {
        for (InetAddress own : interfaceAddresses()) {
            if (own.getClass() == remote.getClass() && own.isLoopbackAddress() == remote.isLoopbackAddress()) {
                return own;
            }
        }
        throw new SocketException("Network is unreachable");
    }

    @Override
    public TcpListener listenTcp(InetSocketAddress local, int backlog, boolean reusePort) throws IOException {
        scheduler.requireInside("listen");
        SimulatedTcpListener listener =
                new SimulatedTcpListener(scheduler, this, bindable(local, ports::ephemeral), backlog, reusePort);
        ports.add(listener);
        return listener;
    }

    void released(SimulatedTcpListener listener) {
        ports.remove(listener);
    }

    /** A connection holds its local port from now on. */
    void holdPort(SimulatedTcpChannel channel) throws BindException {
        if (!tryHoldPort(channel)) {
            throw new BindException("Cannot assign requested address");
        }
    }

    /**
     * As {@link #holdPort}; false if another connection between the same ends holds it, though the remote may have lost
     * that.
     */
    boolean tryHoldPort(SimulatedTcpChannel channel) {
        channel.holdsPort = ports.hold(channel.localAddress(), channel.remoteAddress());
        return channel.holdsPort;
    }

    void freePort(SimulatedTcpChannel channel) {
        if (channel.holdsPort) {
            channel.holdsPort = false;
            ports.free(channel.localAddress(), channel.remoteAddress());
        }
    }

    void released(SimulatedTcpChannel channel) {
        freePort(channel);
        world.closed(channel);
    }

    // ---- UDP

    @Override
    public UdpSocket bindUdp(InetSocketAddress local) throws IOException {
        scheduler.requireInside("bind");
        InetSocketAddress bound = bindable(local, this::freeUdpPort);
        for (InetSocketAddress other : udpSockets.keySet()) {
            if (Ports.overlap(other, bound)) {
                throw new BindException("Address already in use");
            }
        }
        SimulatedUdpSocket socket = new SimulatedUdpSocket(scheduler, this, bound);
        udpSockets.put(bound, socket);
        return socket;
    }

    private int freeUdpPort() throws BindException {
        while (true) {
            int port = ports.ephemeral();
            if (udpSockets.keySet().stream().noneMatch(other -> other.getPort() == port)) {
                return port;
            }
        }
    }

    @Nullable
    SimulatedUdpSocket udpSocketAt(InetSocketAddress address) {
        SimulatedUdpSocket exact = udpSockets.get(address);
        if (exact != null) {
            return exact;
        }
        InetAddress any = InetAddress.ofLiteral(address.getAddress() instanceof Inet4Address ? "0.0.0.0" : "::");
        return udpSockets.get(new InetSocketAddress(any, address.getPort()));
    }

    /** Source address of a datagram of a socket. */
    InetSocketAddress datagramSource(InetSocketAddress bound, InetAddress remote) throws SocketException {
        return bound.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(sourceAddress(remote), bound.getPort())
                : bound;
    }

    void released(SimulatedUdpSocket socket) {
        if (!members.remove(socket)) {
            udpSockets.remove(socket.localAddress());
        }
    }

    // ---- multicast

    void attached(Lan lan) {
        lans.add(lan);
    }

    void detached(Lan lan) {
        lans.remove(lan);
    }

    /**
     * Indices begin with 2, since the first interface is that of the loopback. Without a network, multicast reaches
     * no host.
     */
    @Override
    public List<LinkInterface> interfaces() {
        List<LinkInterface> all = new ArrayList<>();
        all.add(new LinkInterface("lo", 1, List.of(LOOPBACK_4, LOOPBACK_6), false));
        for (Lan lan : lans) {
            all.add(new LinkInterface(lan.name(), all.size() + 1, lan.addressesOf(host), true));
        }
        if (lans.isEmpty()) {
            all.add(new LinkInterface("eth0", 2, host.addresses(), false));
        }
        return List.copyOf(all);
    }

    @Override
    public UdpSocket joinMulticast(LinkInterface link, InetSocketAddress group) throws IOException {
        scheduler.requireInside("join a group");
        for (Lan lan : lans) {
            if (lan.name().equals(link.name()) && group.getAddress().isMulticastAddress()) {
                SimulatedUdpSocket socket = new SimulatedUdpSocket(scheduler, this, group, lan);
                members.add(socket);
                return socket;
            }
        }
        throw new SocketException("No multicast to " + group + " on " + link.name());
    }

    /** The network to which an address of this host belongs, by which its multicast leaves; null for none. */
    @Nullable
    Lan lanOf(InetAddress own) {
        return lans.stream()
                .filter(lan -> lan.addressesOf(host).contains(own))
                .findFirst()
                .orElse(null);
    }

    /** The sockets of this host that are members of a group on a network. */
    List<SimulatedUdpSocket> members(Lan lan, InetSocketAddress group) {
        return members.stream().filter(socket -> socket.isMember(lan, group)).toList();
    }

    // ---- addresses and names

    private interface PortSource {
        int next() throws BindException;
    }

    private InetSocketAddress bindable(InetSocketAddress local, PortSource ephemeral) throws BindException {
        InetAddress address = local.getAddress();
        if (address == null) {
            throw new BindException("unresolved address " + local.getHostString());
        }
        if (!address.isAnyLocalAddress()) {
            checkOwn(address);
        }
        return local.getPort() == 0 ? new InetSocketAddress(address, ephemeral.next()) : local;
    }

    private void checkOwn(InetAddress address) throws BindException {
        if (!interfaceAddresses().contains(address)) {
            throw new BindException("Cannot assign requested address");
        }
    }

    @Override
    public List<InetAddress> interfaceAddresses() {
        List<InetAddress> all = new ArrayList<>(host.addresses());
        all.add(LOOPBACK_4);
        all.add(LOOPBACK_6);
        return all;
    }

    @Override
    public List<InetAddress> gateways() {
        SimulatedNat router = world.addresses().routerOf(host);
        MappingGateway gateway = router == null ? null : router.gateway();
        return gateway == null ? List.of() : List.of(gateway.address());
    }

    @Override
    public List<InetAddress> resolve(String name, Deadline deadline) throws IOException {
        try {
            return List.of(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException aName) {
            askNames(deadline);
        }
        List<InetAddress> found = world.names().addressesOf(name);
        if (found.isEmpty()) {
            throw new UnknownHostException(name);
        }
        return found;
    }

    @Override
    public List<String> resolveText(String name, Deadline deadline) throws IOException {
        askNames(deadline);
        return world.names().textsOf(name);
    }

    private void askNames(Deadline deadline) throws IOException {
        boolean answers = !world.names().isSilent() && !host.isOff();
        long answer = answers ? scheduler.now() + world.names().latencyNanos() : Long.MAX_VALUE;
        waitUntil(answer, deadline, "name look-up");
    }

    /** Waits for a moment, a deadline or an interrupt. */
    private void waitUntil(long moment, Deadline deadline, String what) throws IOException {
        while (scheduler.now() < moment) {
            if (scheduler.now() >= deadline.nanos()) {
                throw new DeadlineExceededException(what);
            }
            scheduler.park(this, Math.min(moment, deadline.nanos()));
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(what + " interrupted");
            }
        }
    }
}
