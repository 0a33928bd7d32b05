package libp2p.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A local network: what a host sends to a multicast group there reaches the members of the group on all hosts of the
 * network, the sender's own included. The links between the hosts have their latency, loss and cuts for it too. Made by
 * {@link SimulatedNetwork#lan}; changes hold for datagrams sent from then on.
 */
public final class Lan {
    private final SimulatedScheduler scheduler;
    private final SimulatedNetwork world;
    private final String name;
    private final Map<SimulatedEnvironment, List<InetAddress>> hosts = new LinkedHashMap<>();

    Lan(SimulatedScheduler scheduler, SimulatedNetwork world, String name) {
        this.scheduler = scheduler;
        this.world = world;
        this.name = name;
    }

    /** The name that its interfaces have on all hosts. */
    public String name() {
        return name;
    }

    /**
     * Gives a host an interface to this network.
     *
     * @param literals those addresses of the host that belong to the interface; all of them if none is named
     */
    public Lan attach(SimulatedEnvironment host, String... literals) {
        List<InetAddress> own = new ArrayList<>();
        for (String literal : literals) {
            InetAddress address = InetAddress.ofLiteral(literal);
            if (!host.addresses().contains(address)) {
                throw new IllegalArgumentException(host.name() + " does not have " + literal);
            }
            own.add(address);
        }
        if (hosts.putIfAbsent(host, own.isEmpty() ? host.addresses() : List.copyOf(own)) != null) {
            throw new IllegalArgumentException(host.name() + " is in " + name + " already");
        }
        host.sockets().attached(this);
        return this;
    }

    /** Takes the interface away; sockets that are members of groups there hear nothing any more. */
    public void detach(SimulatedEnvironment host) {
        hosts.remove(host);
        host.sockets().detached(this);
    }

    /** The addresses that a host has here now. */
    List<InetAddress> addressesOf(SimulatedEnvironment host) {
        return hosts.getOrDefault(host, List.of()).stream()
                .filter(host.addresses()::contains)
                .toList();
    }

    /** The address of a host here, of the family of another one. */
    InetAddress addressOf(SimulatedEnvironment host, InetAddress family) throws SocketException {
        for (InetAddress address : addressesOf(host)) {
            if (address.getClass() == family.getClass()) {
                return address;
            }
        }
        throw new SocketException("Network is unreachable");
    }

    /** Sends a datagram to the members of a group. */
    void send(SimulatedEnvironment from, SimulatedUdpSocket.Datagram datagram, InetSocketAddress group) {
        if (!hosts.containsKey(from)) {
            return;
        }
        int size = datagram.bytes().length;
        for (SimulatedEnvironment to : List.copyOf(hosts.keySet())) {
            Path path = world.path(from, to);
            world.frame(path, FrameKind.DATAGRAM, datagram.bytes());
            if (path.isBlocked() || path.loses() || path.isCongested(scheduler.now())) {
                world.lost(path, size);
                continue;
            }
            int copies = path.duplicates() ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                scheduler.schedule(new Arrival(datagram, path, to, group), path.transmit(scheduler.now(), size));
            }
        }
    }

    private final class Arrival extends Event {
        private final SimulatedUdpSocket.Datagram datagram;
        private final Path path;
        private final SimulatedEnvironment to;
        private final InetSocketAddress group;

        Arrival(SimulatedUdpSocket.Datagram datagram, Path path, SimulatedEnvironment to, InetSocketAddress group) {
            this.datagram = datagram;
            this.path = path;
            this.to = to;
            this.group = group;
        }

        @Override
        void fire() {
            if (path.isBlocked() || !hosts.containsKey(to)) {
                world.lost(path, datagram.bytes().length);
                return;
            }
            for (SimulatedUdpSocket member : to.sockets().members(Lan.this, group)) {
                if (!member.deliver(datagram)) {
                    world.lost(path, datagram.bytes().length);
                }
            }
        }
    }
}
