package libp2p.nat.mapping;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.nat.address.Publicness;
import org.jspecify.annotations.Nullable;

/**
 * Has the router lead ports of its outside address to those on which this host listens, renews that, and removes it
 * when the host closes. The outside addresses enter the address book as candidates, for AutoNAT to confirm. One thread.
 */
public final class PortMapper implements HostService {
    private static final System.Logger LOG = System.getLogger(PortMapper.class.getName());

    /** A router that grants less is asked no more often. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private record Port(PortProtocol protocol, int number) {}

    /** @param until when the mapping ends unless it is renewed */
    private record Held(Mapping mapping, Deadline until) {}

    private final PortMappingLimits limits;
    private final Set<Method> methods;
    private final Publicness publicness;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock work = new ReentrantLock();
    private final Map<Port, Held> held = new LinkedHashMap<>();
    private final Map<Port, List<Multiaddr>> entered = new LinkedHashMap<>();
    private @Nullable TimedCondition changed;
    private @Nullable Host host;
    private @Nullable Gateway gateway;
    private boolean closed;

    /**
     * @param methods those that are tried
     * @param publicness which outside addresses are worth anything: a router behind another one has none
     */
    public PortMapper(PortMappingLimits limits, Set<Method> methods, Publicness publicness) {
        this.limits = limits;
        this.methods = Set.copyOf(methods);
        this.publicness = publicness;
    }

    @Override
    public void start(Host started) {
        host = started;
        changed = new TimedCondition(started.environment(), lock);
    }

    @Override
    public void listening() {
        host().environment().start("port-mapping", this::run);
    }

    private Host host() {
        return HostService.started("port mapping", host);
    }

    private void run() {
        Duration pause = limits.retry();
        try {
            while (true) {
                boolean mapped = round();
                Duration rest = mapped ? renewal() : pause;
                pause = mapped ? limits.retry() : least(pause.multipliedBy(2), limits.lastRetry());
                if (!await(rest)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The time until the next renewal: the router may grant less than it was asked for. */
    private Duration renewal() {
        work.lock();
        try {
            Duration next = limits.renewal();
            for (Held each : held.values()) {
                Duration half = each.mapping().lease().dividedBy(2);
                next = half.isZero() ? next : least(next, half.compareTo(SHORTEST) < 0 ? SHORTEST : half);
            }
            return next;
        } finally {
            work.unlock();
        }
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private boolean await(Duration most) throws InterruptedException {
        Deadline until = Deadline.after(host().environment(), most);
        lock.lock();
        try {
            TimedCondition waiting = changed;
            return waiting != null && !waiting.await(until, () -> closed);
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Maps the ports of this host, at a router that is searched for first if none is known; whether any is mapped. */
    private boolean round() {
        work.lock();
        try {
            Set<Port> ports = ports();
            giveUp(ports);
            for (int attempt = 0; attempt < limits.failures() && !ports.isEmpty() && !isClosed(); attempt++) {
                Gateway current = gateway == null ? search(ports) : gateway;
                if (current == null) {
                    break;
                }
                gateway = current;
                if (map(current, ports)) {
                    return true;
                }
                forgetGateway();
            }
            List.copyOf(held.keySet()).forEach(this::gone);
            return false;
        } finally {
            work.unlock();
        }
    }

    /** Takes back what leads to ports on which this host listens no more. */
    private void giveUp(Set<Port> ports) {
        for (Port port : List.copyOf(held.keySet())) {
            Held mapped = held.get(port);
            if (ports.contains(port) || mapped == null) {
                continue;
            }
            if (gateway != null) {
                unmap(gateway, mapped.mapping(), Deadline.NONE);
            }
            gone(port);
        }
    }

    private @Nullable Gateway search(Set<Port> ports) {
        Port first = ports.iterator().next();
        try {
            return new GatewaySearch(host().environment(), methods, limits).find(first.protocol, first.number);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no router that maps ports: " + e.getMessage());
            return null;
        }
    }

    private void forgetGateway() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
    }

    /** The ports of this host behind private IPv4 addresses. */
    private Set<Port> ports() {
        Set<Port> ports = new LinkedHashSet<>();
        for (AddressBook.Entry entry : host().addressBook().entries()) {
            Multiaddr address = entry.address();
            if (entry.origin() == Origin.LISTEN
                    && address.has(Protocol.IP4)
                    && address.isPrivate()
                    && !address.isLoopback()
                    && address.port() > 0
                    && ports.size() < limits.ports()) {
                ports.add(new Port(address.has(Protocol.TCP) ? PortProtocol.TCP : PortProtocol.UDP, address.port()));
            }
        }
        return ports;
    }

    /** Maps or renews all the ports; false if none could be. */
    private boolean map(Gateway current, Set<Port> ports) {
        boolean any = false;
        for (Port port : ports) {
            Held mapped = held.get(port);
            Mapping before = mapped == null ? null : mapped.mapping();
            int wanted = before == null ? port.number : before.outside();
            try {
                Deadline deadline = Deadline.after(host().environment(), limits.call());
                Mapping now = current.map(port.protocol, port.number, wanted, limits.lease(), deadline);
                any = true;
                enter(port, now, before);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "port " + port.number + " is not mapped: " + e.getMessage());
                if (mapped != null && mapped.until().passed(host().environment())) {
                    gone(port); // the other ports may be renewed for ever
                }
            }
        }
        return any;
    }

    private void enter(Port port, Mapping now, @Nullable Mapping before) {
        Deadline end = now.lease().isZero() ? Deadline.NONE : Deadline.after(host().environment(), now.lease());
        held.put(port, new Held(now, end));
        boolean same = before != null
                && before.outside() == now.outside()
                && before.address().equals(now.address());
        boolean inner = !publicness.isPublic(now.address());
        List<Multiaddr> addresses = inner ? List.of() : addresses(port, now);
        List<Multiaddr> known = entered.getOrDefault(port, List.of());
        AddressBook book = host().addressBook();
        known.stream()
                .filter(address -> !addresses.contains(address))
                .forEach(address -> book.remove(address, Origin.MAPPED));
        addresses.stream()
                .filter(address -> !known.contains(address))
                .forEach(address -> book.put(address, Origin.MAPPED, State.CANDIDATE));
        entered.put(port, addresses);
        if (!same) {
            tell(now, true, inner);
        }
    }

    private void tell(Mapping mapping, boolean holds, boolean inner) {
        host().events()
                .publish(new MappingChanged(
                        mapping.method(),
                        mapping.protocol(),
                        mapping.inside(),
                        mapping.address(),
                        mapping.outside(),
                        mapping.lease(),
                        holds,
                        inner));
    }

    /** Everything that listens on a port, under the outside address. */
    private List<Multiaddr> addresses(Port port, Mapping mapping) {
        InetAddress outside = mapping.address();
        List<Multiaddr> addresses = new ArrayList<>();
        for (AddressBook.Entry entry : host().addressBook().entries()) {
            Multiaddr address = entry.address();
            boolean tcp = address.has(Protocol.TCP);
            if (entry.origin() == Origin.LISTEN
                    && address.has(Protocol.IP4)
                    && address.port() == port.number
                    && tcp == (port.protocol == PortProtocol.TCP)) {
                List<Component> parts = address.components();
                Multiaddr socket =
                        tcp ? Multiaddr.ofTcp(outside, mapping.outside()) : Multiaddr.ofUdp(outside, mapping.outside());
                Multiaddr whole = socket.encapsulate(Multiaddr.of(parts.subList(2, parts.size())));
                if (!addresses.contains(whole)) {
                    addresses.add(whole);
                }
            }
        }
        return addresses;
    }

    private void gone(Port port) {
        Held lost = held.remove(port);
        List<Multiaddr> addresses = entered.remove(port);
        if (addresses != null) {
            addresses.forEach(address -> host().addressBook().remove(address, Origin.MAPPED));
        }
        if (lost != null) {
            tell(lost.mapping(), false, false);
        }
    }

    /** Removes every mapping while the host still lives; nothing is left behind on the router. */
    @Override
    public void closing(Deadline deadline) {
        end();
        work.lock();
        try {
            Gateway current = gateway;
            if (current != null) {
                List.copyOf(held.values()).forEach(each -> unmap(current, each.mapping(), deadline));
            }
            held.clear();
        } finally {
            work.unlock();
        }
    }

    private void unmap(Gateway from, Mapping mapping, Deadline deadline) {
        try {
            from.unmap(mapping, deadline.earlier(Deadline.after(host().environment(), limits.call())));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a mapping is left behind: " + e.getMessage());
        }
    }

    private void end() {
        lock.lock();
        try {
            closed = true;
            if (changed != null) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end();
        work.lock();
        try {
            forgetGateway();
        } finally {
            work.unlock();
        }
    }
}
