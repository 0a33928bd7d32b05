package libp2p.simulator;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network address translator between the hosts behind it and the rest, for IPv4, in the terms of RFC 4787. It drops
 * what it does not let in, does not turn frames round to the hosts behind it, and keeps the external port equal to the
 * internal one where it can. Frames from outside take the link of the host that was put behind it first.
 */
public final class Nat {
    /** Whether one internal endpoint has one external port, or how many. */
    public enum Mapping {
        /** The same external port towards everybody: hole punching works. */
        ENDPOINT_INDEPENDENT,
        /** Another external port for every remote endpoint, a "symmetric" NAT: hole punching fails. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** Who may send to an external port. */
    public enum Filtering {
        /** Everybody, once the mapping exists: a "full cone". */
        ENDPOINT_INDEPENDENT,
        /** Addresses that the host behind has sent to from there. */
        ADDRESS_DEPENDENT,
        /** Endpoints that the host behind has sent to from there. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    enum Protocol {
        TCP,
        UDP
    }

    /** A host and the endpoint of it that a frame is for. */
    record Destination(SimulatedEnvironment host, InetSocketAddress local) {}

    private record Inside(
            Protocol protocol,
            InetSocketAddress local,
            @Nullable InetSocketAddress remote) {}

    private record Outside(Protocol protocol, int port) {}

    private static final class Entry {
        final SimulatedEnvironment host;
        final InetSocketAddress local;
        final int port;
        final Set<InetSocketAddress> peers = new HashSet<>();
        final boolean open;
        long lastUsed;

        Entry(SimulatedEnvironment host, InetSocketAddress local, int port, boolean open) {
            this.host = host;
            this.local = local;
            this.port = port;
            this.open = open;
        }
    }

    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 64_512;

    private final SimulatedScheduler scheduler;
    private final InetAddress address;
    private final List<SimulatedEnvironment> hosts = new ArrayList<>();
    private final Map<Inside, Entry> byInside = new HashMap<>();
    private final Map<Outside, Entry> byOutside = new HashMap<>();
    private Mapping mapping = Mapping.ENDPOINT_INDEPENDENT;
    private Filtering filtering = Filtering.ADDRESS_AND_PORT_DEPENDENT;
    private long udpLifetimeNanos = Duration.ofMinutes(2).toNanos();
    private int nextPort;

    Nat(SimulatedScheduler scheduler, InetAddress address, SeededRandom random) {
        this.scheduler = scheduler;
        this.address = address;
        this.nextPort = random.nextInt(PORTS);
    }

    /** Endpoint-independent unless set. */
    public Nat mapping(Mapping behaviour) {
        mapping = behaviour;
        return this;
    }

    /** Address- and port-dependent unless set. */
    public Nat filtering(Filtering behaviour) {
        filtering = behaviour;
        return this;
    }

    /** How long a UDP mapping lives after the host behind has last used it; two minutes unless set. */
    public Nat udpLifetime(Duration idle) {
        udpLifetimeNanos = idle.toNanos();
        return this;
    }

    /** Its public address. */
    public InetAddress address() {
        return address;
    }

    /** Forwards an external TCP port to a host behind, for everybody, as a port mapping protocol would. */
    public Nat forwardTcp(int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        return forward(Protocol.TCP, externalPort, host, local);
    }

    /** Forwards an external UDP port to a host behind, for everybody. */
    public Nat forwardUdp(int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        return forward(Protocol.UDP, externalPort, host, local);
    }

    private Nat forward(Protocol protocol, int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        Entry entry = new Entry(host, local, externalPort, true);
        byOutside.put(new Outside(protocol, externalPort), entry);
        byInside.put(new Inside(protocol, local, null), entry);
        return this;
    }

    /** Forgets all mappings, as after a restart. Connections go on only if they make new ones. */
    public void restart() {
        byInside.clear();
        byOutside.clear();
    }

    void add(SimulatedEnvironment host) {
        hosts.add(host);
    }

    /** The host whose link a frame from outside takes. */
    SimulatedEnvironment gate() {
        return hosts.getFirst();
    }

    /** A frame leaves: returns what it comes from when seen outside. */
    InetSocketAddress leaving(
            Protocol protocol, SimulatedEnvironment host, InetSocketAddress local, InetSocketAddress remote) {
        if (!(local.getAddress() instanceof Inet4Address)) {
            return local;
        }
        Entry entry = byInside.get(new Inside(protocol, local, null));
        if (entry == null && mapping == Mapping.ADDRESS_AND_PORT_DEPENDENT) {
            entry = byInside.get(new Inside(protocol, local, remote));
        }
        if (entry == null || isExpired(protocol, entry)) {
            entry = map(protocol, host, local, remote);
        }
        entry.peers.add(remote);
        entry.lastUsed = scheduler.now();
        return new InetSocketAddress(address, entry.port);
    }

    private Entry map(Protocol protocol, SimulatedEnvironment host, InetSocketAddress local, InetSocketAddress remote) {
        boolean shared = mapping == Mapping.ENDPOINT_INDEPENDENT;
        Entry entry = new Entry(host, local, freePort(protocol, shared ? local.getPort() : 0), false);
        byInside.put(new Inside(protocol, local, shared ? null : remote), entry);
        byOutside.put(new Outside(protocol, entry.port), entry);
        return entry;
    }

    private int freePort(Protocol protocol, int wanted) {
        int port = wanted;
        for (int tries = 0; tries < PORTS; tries++) {
            Entry taken = byOutside.get(new Outside(protocol, port));
            if (port != 0 && (taken == null || isExpired(protocol, taken))) {
                return port;
            }
            port = FIRST_PORT + nextPort;
            nextPort = (nextPort + 1) % PORTS;
        }
        throw new IllegalStateException("the NAT " + address.getHostAddress() + " has no free port");
    }

    /** A frame from outside arrives: returns whom it is for, or null if it is dropped. */
    @Nullable
    Destination arriving(Protocol protocol, InetSocketAddress remote, int port) {
        Entry entry = byOutside.get(new Outside(protocol, port));
        if (entry == null || isExpired(protocol, entry) || !letsIn(entry, remote)) {
            return null;
        }
        return new Destination(entry.host, entry.local);
    }

    private boolean letsIn(Entry entry, InetSocketAddress remote) {
        if (entry.open) {
            return true;
        }
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT ->
                entry.peers.stream().anyMatch(peer -> peer.getAddress().equals(remote.getAddress()));
            case ADDRESS_AND_PORT_DEPENDENT -> entry.peers.contains(remote);
        };
    }

    private boolean isExpired(Protocol protocol, Entry entry) {
        return protocol == Protocol.UDP && !entry.open && scheduler.now() - entry.lastUsed > udpLifetimeNanos;
    }
}
