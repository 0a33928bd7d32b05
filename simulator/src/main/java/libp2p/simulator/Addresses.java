package libp2p.simulator;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who has which address, seen from where: public addresses, those behind a NAT, and a host's own. */
final class Addresses {
    private final Map<InetAddress, SimulatedEnvironment> open = new HashMap<>();
    private final Map<InetAddress, Nat> nats = new HashMap<>();
    private final Map<SimulatedEnvironment, Nat> natOf = new HashMap<>();

    void add(SimulatedEnvironment host) {
        host.addresses().forEach(address -> add(host, address));
    }

    void add(SimulatedEnvironment host, InetAddress address) {
        if (nats.containsKey(address) || open.putIfAbsent(address, host) != null) {
            throw new IllegalArgumentException("there is something at " + address.getHostAddress() + " already");
        }
    }

    void remove(InetAddress address) {
        open.remove(address);
    }

    void add(Nat nat) {
        if (open.containsKey(nat.address()) || nats.putIfAbsent(nat.address(), nat) != null) {
            throw new IllegalArgumentException(
                    "there is something at " + nat.address().getHostAddress() + " already");
        }
    }

    void putBehind(Nat nat, SimulatedEnvironment host) {
        if (natOf.putIfAbsent(host, nat) != null) {
            throw new IllegalArgumentException(host.name() + " is behind a NAT already");
        }
        nat.add(host);
    }

    /** The host towards which a frame sets out, or null if it goes nowhere. */
    @Nullable
    SimulatedEnvironment towards(SimulatedEnvironment from, InetAddress target) {
        Nat nat = nats.get(target);
        if (nat != null) {
            return nat == natOf.get(from) ? null : nat.gate();
        }
        return directly(from, target);
    }

    private @Nullable SimulatedEnvironment directly(SimulatedEnvironment from, InetAddress target) {
        if (target.isLoopbackAddress()) {
            return from;
        }
        SimulatedEnvironment host = open.get(target);
        Nat nat = host == null ? null : natOf.get(host);
        boolean hidden = nat != null && nat != natOf.get(from) && target instanceof Inet4Address;
        return hidden ? null : host;
    }

    /** The source that a frame shows where it arrives. */
    InetSocketAddress leaving(
            Nat.Protocol protocol, SimulatedEnvironment from, InetSocketAddress source, InetSocketAddress target) {
        Nat nat = natOf.get(from);
        if (nat == null) {
            return source;
        }
        SimulatedEnvironment host = directly(from, target.getAddress());
        boolean staysInside = host != null && nat == natOf.get(host);
        return staysInside ? source : nat.leaving(protocol, from, source, target);
    }

    /** Whom a frame is for that arrives, or null if it is dropped. */
    Nat.@Nullable Destination arriving(
            Nat.Protocol protocol, SimulatedEnvironment from, InetSocketAddress source, InetSocketAddress target) {
        Nat nat = nats.get(target.getAddress());
        if (nat != null) {
            return nat == natOf.get(from) ? null : nat.arriving(protocol, source, target.getPort());
        }
        SimulatedEnvironment host = directly(from, target.getAddress());
        return host == null ? null : new Nat.Destination(host, target);
    }
}
