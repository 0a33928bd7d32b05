package libp2p.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A router that translates IPv4 addresses between those behind it and the rest, in the terms of RFC 4787, and may
 * filter IPv6, which it does not translate. Unless told otherwise it drops silently what it does not let in, turns
 * nothing round to those behind it, and keeps the external port equal to the internal one where it can. Hosts and other
 * routers may stand behind it.
 */
public final class SimulatedNat {
    /** Whether one internal endpoint has one external port, or how many. */
    public enum Mapping {
        /** The same external port towards all hosts: hole punching works. */
        ENDPOINT_INDEPENDENT,
        /** Another external port for every remote address. */
        ADDRESS_DEPENDENT,
        /** Another external port for every remote endpoint: a "symmetric" NAT. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** The filtering of an external port. */
    public enum Filtering {
        /** All hosts, once the mapping exists: a "full cone". */
        ENDPOINT_INDEPENDENT,
        /** Addresses that the host behind has sent to from there. */
        ADDRESS_DEPENDENT,
        /** Endpoints that the host behind has sent to from there. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** Which external port a new mapping gets. */
    public enum PortChoice {
        /**
         * The internal one where it is free. With a mapping that depends on the destination it is free as long as no
         * other host uses it towards the same one, as Linux does it: then hole punching works although the mapping is
         * dependent.
         */
        PRESERVING,
        /** One after the other. */
        SEQUENTIAL,
        /** Any. */
        RANDOM
    }

    private record Inside(
            Transport transport,
            InetSocketAddress local,
            @Nullable Object remote) {}

    private record Outside(Transport transport, int port) {}

    /** The translation of a frame that leaves: its outside source, and the entry that the router remembers. */
    record Translation(InetSocketAddress source, Conversation flow) {}

    static final int FIRST_PORT = 1_024;
    private static final int PORTS = 64_512;
    private static final int RANDOM_TRIES = 64;

    private final SimulatedScheduler scheduler;
    private final InetAddress address;
    private final Realm outside;
    private final Realm inside = new Realm(this);
    private final SeededRandom random;
    private final NatLifetimes lifetimes = new NatLifetimes();
    private final Map<Inside, NatEntry> byInside = new HashMap<>();
    private final Map<Outside, List<NatEntry>> byOutside = new HashMap<>();
    private Mapping mapping = Mapping.ENDPOINT_INDEPENDENT;
    private Filtering filtering = Filtering.ADDRESS_AND_PORT_DEPENDENT;
    private Refusal refusal = Refusal.SILENT;
    private boolean hairpin;
    private @Nullable PortChoice portChoice;
    private @Nullable Firewall firewall;
    private @Nullable MappingGateway gateway;
    private int nextPort;

    SimulatedNat(SimulatedScheduler scheduler, InetAddress address, Realm outside, SeededRandom random) {
        this.scheduler = scheduler;
        this.address = address;
        this.outside = outside;
        this.random = random;
        this.nextPort = random.nextInt(PORTS);
    }

    /** Endpoint-independent unless set. */
    public SimulatedNat mapping(Mapping behaviour) {
        mapping = behaviour;
        return this;
    }

    /** Address- and port-dependent unless set. */
    public SimulatedNat filtering(Filtering behaviour) {
        filtering = behaviour;
        return this;
    }

    /** Unless set, a router with an endpoint-independent mapping preserves ports, others count on. */
    public SimulatedNat ports(PortChoice choice) {
        portChoice = choice;
        return this;
    }

    /** Whether those behind it reach each other by their external ports; no unless set. */
    public SimulatedNat hairpin(boolean turnsRound) {
        hairpin = turnsRound;
        return this;
    }

    /** The answer to TCP connection attempts that are not let in; none unless set. */
    public SimulatedNat refusal(Refusal answer) {
        refusal = answer;
        return this;
    }

    /** Sets the life of a UDP mapping after its last use by the host behind; two minutes unless set. */
    public SimulatedNat udpLifetime(Duration idle) {
        lifetimes.udp(idle);
        return this;
    }

    /**
     * Sets the time for which an idle TCP connection is remembered; 124 minutes unless set. After that nothing gets
     * through, in either direction, and no end is told. Connections that are being opened or were closed are remembered
     * for four minutes, or for as long if that is less.
     */
    public SimulatedNat tcpLifetime(Duration idle) {
        lifetimes.tcp(idle);
        return this;
    }

    /** The filtering of the IPv6 addresses behind it; all hosts may send, asked or not, unless set. */
    public SimulatedNat filterIp6(Filtering behaviour) {
        firewall = new Firewall(scheduler, lifetimes, behaviour);
        return this;
    }

    /**
     * Lets those behind it have external ports led to them by NAT-PMP and PCP, for at most so long.
     *
     * @param insideAddress of the router itself, at which it is asked; {@code Network.gateways()} of the hosts behind
     *     says it
     */
    public SimulatedNat mapsPorts(String insideAddress, Duration longestLease) {
        gateway = new MappingGateway(this, scheduler, InetAddress.ofLiteral(insideAddress), longestLease);
        return this;
    }

    /** From now on leads no ports inside that traffic has not opened, and answers no host that asks for it. */
    public void stopMappingPorts() {
        gateway = null;
        byOutside.values().forEach(entries -> entries.forEach(NatEntry::stopForwarding));
    }

    /** Its address outside. */
    public InetAddress address() {
        return address;
    }

    /** Leads an external TCP port to an endpoint behind, for all hosts and for ever. */
    public SimulatedNat forwardTcp(int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        return forward(Transport.TCP, externalPort, host, local);
    }

    /** Leads an external UDP port to an endpoint behind, for all hosts and for ever. */
    public SimulatedNat forwardUdp(int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        return forward(Transport.UDP, externalPort, host, local);
    }

    private SimulatedNat forward(
            Transport transport, int externalPort, SimulatedEnvironment host, InetSocketAddress local) {
        if (inside.hostAt(local.getAddress()) != host) {
            throw new IllegalArgumentException(host.name() + " is not behind this router at " + local.getAddress());
        }
        lead(transport, externalPort, local, Long.MAX_VALUE);
        return this;
    }

    /** Forgets everything, as after a restart: connections die silently, mappings that were asked for are gone. */
    public void restart() {
        byOutside.values().forEach(entries -> entries.forEach(NatEntry::remove));
        byInside.clear();
        byOutside.clear();
        if (firewall != null) {
            firewall.restart();
        }
        if (gateway != null) {
            gateway.restart();
        }
    }

    /** Number of external ports that are led inside because a host asked for it. */
    public int forwardedPorts() {
        long now = scheduler.now();
        return (int) byOutside.values().stream()
                .flatMap(List::stream)
                .filter(entry -> entry.isForwarded(now))
                .count();
    }

    // ---- for the network

    Realm inside() {
        return inside;
    }

    Realm outside() {
        return outside;
    }

    boolean turnsRound() {
        return hairpin;
    }

    Refusal refusal() {
        return refusal;
    }

    @Nullable
    Firewall firewall() {
        return firewall;
    }

    @Nullable
    MappingGateway gateway() {
        return gateway;
    }

    /** A frame leaves: what it comes from when seen outside. */
    Translation leaving(Transport transport, InetSocketAddress local, InetSocketAddress remote) {
        long now = scheduler.now();
        NatEntry entry = byInside.get(new Inside(transport, local, null));
        if (entry == null || entry.isExpired(lifetimes, now)) {
            entry = byInside.get(new Inside(transport, local, dependsOn(remote)));
        }
        if (entry == null || entry.isExpired(lifetimes, now)) {
            entry = map(transport, local, remote);
        }
        NatSession session = entry.session(remote, lifetimes, now);
        session.use(now);
        return new Translation(
                new InetSocketAddress(address, entry.port), new Conversation(scheduler, lifetimes, entry, session));
    }

    private @Nullable Object dependsOn(InetSocketAddress remote) {
        return switch (mapping) {
            case ENDPOINT_INDEPENDENT -> null;
            case ADDRESS_DEPENDENT -> remote.getAddress();
            case ADDRESS_AND_PORT_DEPENDENT -> remote;
        };
    }

    private NatEntry map(Transport transport, InetSocketAddress local, InetSocketAddress remote) {
        NatEntry entry = new NatEntry(transport, local, freePort(transport, local, remote));
        enter(entry, dependsOn(remote));
        return entry;
    }

    private void enter(NatEntry entry, @Nullable Object remote) {
        byInside.put(new Inside(entry.transport, entry.local, remote), entry);
        byOutside
                .computeIfAbsent(new Outside(entry.transport, entry.port), key -> new ArrayList<>(1))
                .add(entry);
    }

    private int freePort(Transport transport, InetSocketAddress local, InetSocketAddress remote) {
        PortChoice choice = portChoice;
        if (choice == null) {
            choice = mapping == Mapping.ENDPOINT_INDEPENDENT ? PortChoice.PRESERVING : PortChoice.SEQUENTIAL;
        }
        boolean shared = choice == PortChoice.PRESERVING && mapping != Mapping.ENDPOINT_INDEPENDENT;
        if (choice == PortChoice.PRESERVING && isFree(transport, local.getPort(), shared ? remote : null)) {
            return local.getPort();
        }
        for (int tries = 0; choice == PortChoice.RANDOM && tries < RANDOM_TRIES; tries++) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            if (isFree(transport, port, null)) {
                return port;
            }
        }
        return nextFreePort(transport);
    }

    private int nextFreePort(Transport transport) {
        for (int tries = 0; tries < PORTS; tries++) {
            int port = FIRST_PORT + nextPort;
            nextPort = (nextPort + 1) % PORTS;
            if (isFree(transport, port, null)) {
                return port;
            }
        }
        throw new IllegalStateException("the NAT " + address.getHostAddress() + " has no free port");
    }

    /** @param towards the only remote endpoint for which the port has to be free, or null for all */
    private boolean isFree(Transport transport, int port, @Nullable InetSocketAddress towards) {
        List<NatEntry> entries = byOutside.get(new Outside(transport, port));
        if (entries == null) {
            return true;
        }
        long now = scheduler.now();
        entries.removeIf(entry -> {
            boolean over = entry.isExpired(lifetimes, now);
            if (over) {
                entry.remove();
            }
            return over;
        });
        return towards == null
                ? entries.isEmpty()
                : entries.stream()
                        .noneMatch(entry -> entry.isForwarded(now) || entry.hasSpokenWith(towards, lifetimes, now));
    }

    /** A frame from outside arrives: what it is for behind this router, or null if it is not let in. */
    @Nullable
    NatEntry arriving(Transport transport, InetSocketAddress remote, int port) {
        long now = scheduler.now();
        for (NatEntry entry : byOutside.getOrDefault(new Outside(transport, port), List.of())) {
            if (!entry.isExpired(lifetimes, now) && letsIn(entry, remote, now)) {
                return entry;
            }
        }
        return null;
    }

    /** The entry of an external port, whichever host may use it; null for none. */
    @Nullable
    NatEntry behind(Transport transport, int port) {
        List<NatEntry> entries = byOutside.get(new Outside(transport, port));
        return entries == null || entries.isEmpty() ? null : entries.getLast();
    }

    private boolean letsIn(NatEntry entry, InetSocketAddress remote, long now) {
        if (entry.isForwarded(now)) {
            return true;
        }
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT -> entry.hasSpokenWith(remote.getAddress(), lifetimes, now);
            case ADDRESS_AND_PORT_DEPENDENT -> entry.hasSpokenWith(remote, lifetimes, now);
        };
    }

    /** The memory of a TCP connection from outside. */
    Conversation flow(NatEntry entry, InetSocketAddress remote) {
        return new Conversation(scheduler, lifetimes, entry, entry.session(remote, lifetimes, scheduler.now()));
    }

    // ---- for the gateway

    /** Leads an external port, the wanted one if it is free, to an endpoint behind; returns the port. */
    int leadFree(Transport transport, int wanted, InetSocketAddress local, long until) {
        NatEntry before = byInside.get(new Inside(transport, local, null));
        if (before != null && before.isForwarded(scheduler.now())) {
            return lead(transport, before.port, local, until);
        }
        boolean own = before != null && before.port == wanted;
        int port = wanted >= FIRST_PORT && (own || isFree(transport, wanted, null)) ? wanted : nextFreePort(transport);
        return lead(transport, port, local, until);
    }

    /** Leads just this external port to an endpoint behind; false if it is another's. */
    boolean leadExactly(Transport transport, int port, InetSocketAddress local, long until) {
        NatEntry before = behind(transport, port);
        boolean own = before != null && before.local.equals(local);
        if (port < FIRST_PORT || !own && !isFree(transport, port, null)) {
            return false;
        }
        lead(transport, port, local, until);
        return true;
    }

    /** Connections that leave from the endpoint already go on as they were. */
    private int lead(Transport transport, int port, InetSocketAddress local, long until) {
        NatEntry entry = byInside.get(new Inside(transport, local, null));
        if (entry == null || entry.port != port || entry.isExpired(lifetimes, scheduler.now())) {
            entry = new NatEntry(transport, local, port);
            enter(entry, null);
        }
        entry.forward(until);
        return port;
    }

    /** Ends what was asked for. */
    void unlead(Transport transport, InetSocketAddress local) {
        NatEntry entry = byInside.get(new Inside(transport, local, null));
        if (entry != null) {
            entry.stopForwarding();
        }
    }
}
