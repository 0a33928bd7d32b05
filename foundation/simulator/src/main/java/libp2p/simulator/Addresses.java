package libp2p.simulator;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The owners of addresses, seen from each place, and the changes that routers on the way make to a frame. IPv4
 * addresses belong to the realm of their host; IPv6 addresses are seen everywhere, and routers may filter what is sent
 * to them.
 */
final class Addresses {
    /**
     * A frame on its way.
     *
     * @param source where it seems to come from
     * @param realm where its target is looked for
     * @param left the last router that it has left through
     * @param towards the host whose link it takes, or null if it goes nowhere
     * @param flows what routers remember of it
     */
    record Departure(
            SimulatedEnvironment from,
            InetSocketAddress source,
            Realm realm,
            @Nullable SimulatedNat left,
            @Nullable SimulatedEnvironment towards,
            List<Conversation> flows) {}

    /** Fate of a frame: arrived somewhere, or not. */
    sealed interface Outcome {}

    /**
     * It is for an endpoint of a host.
     *
     * @param flows what routers remember of it
     */
    record Delivered(SimulatedEnvironment host, InetSocketAddress local, List<Conversation> flows) implements Outcome {}

    /** No host took it. */
    record Refused(Refusal how) implements Outcome {}

    private static final int MOST_ROUTERS = 8;
    private static final Refused LOST = new Refused(Refusal.SILENT);

    private final Realm internet = new Realm(null);
    private final Map<SimulatedEnvironment, Realm> realmOf = new HashMap<>();
    private Refusal unusedAddresses = Refusal.SILENT;

    Realm internet() {
        return internet;
    }

    /** The answer to a connection attempt at an address that no host has. */
    void unusedAddresses(Refusal answer) {
        unusedAddresses = answer;
    }

    void add(SimulatedEnvironment host, @Nullable SimulatedNat behind) {
        realmOf.put(host, behind == null ? internet : behind.inside());
        host.addresses().forEach(address -> add(host, address));
    }

    void add(SimulatedEnvironment host, InetAddress address) {
        realm(host, address).add(host, address);
    }

    void remove(SimulatedEnvironment host, InetAddress address) {
        realm(host, address).remove(host, address);
    }

    private Realm realm(SimulatedEnvironment host, InetAddress address) {
        return address instanceof Inet6Address ? internet : realmOf(host);
    }

    private Realm realmOf(SimulatedEnvironment host) {
        return realmOf.getOrDefault(host, internet);
    }

    void putBehind(SimulatedNat nat, SimulatedEnvironment host) {
        host.addresses().forEach(address -> remove(host, address));
        add(host, nat);
    }

    /** The router that a host is behind, or null. */
    @Nullable
    SimulatedNat routerOf(SimulatedEnvironment host) {
        return realmOf(host).router;
    }

    /** A frame sets out. */
    Departure departing(
            Transport transport, SimulatedEnvironment from, InetSocketAddress source, InetSocketAddress target) {
        InetAddress address = target.getAddress();
        Realm realm = realmOf(from);
        if (address.isLoopbackAddress()) {
            return new Departure(from, source, realm, null, from, List.of());
        }
        if (address instanceof Inet6Address) {
            return departingUntranslated(transport, from, source, target);
        }
        List<Conversation> flows = new ArrayList<>(1);
        InetSocketAddress seen = source;
        SimulatedNat left = null;
        while (realm.router != null && !realm.has(address)) {
            left = realm.router;
            SimulatedNat.Translation out = left.leaving(transport, seen, target);
            seen = out.source();
            flows.add(out.flow());
            realm = left.outside();
        }
        return new Departure(from, seen, realm, left, towards(transport, realm, target), flows);
    }

    private Departure departingUntranslated(
            Transport transport, SimulatedEnvironment from, InetSocketAddress source, InetSocketAddress target) {
        SimulatedEnvironment host = internet.hostAt(target.getAddress());
        List<Conversation> flows = new ArrayList<>(1);
        for (SimulatedNat router : routersTo(from, host)) {
            Firewall firewall = router.firewall();
            if (firewall != null) {
                flows.add(firewall.leaving(transport, source, target));
            }
        }
        return new Departure(from, source, internet, null, host, flows);
    }

    /** The routers between a host and the first realm that it shares with another. */
    private List<SimulatedNat> routersTo(SimulatedEnvironment host, @Nullable SimulatedEnvironment other) {
        List<Realm> theirs = other == null ? List.of(internet) : realmOf(other).outward();
        List<SimulatedNat> routers = new ArrayList<>(1);
        for (Realm realm : realmOf(host).outward()) {
            if (theirs.contains(realm) || realm.router == null) {
                break;
            }
            routers.add(realm.router);
        }
        return routers;
    }

    /** The host whose link leads to a target, as far as routers know one. */
    private @Nullable SimulatedEnvironment towards(Transport transport, Realm start, InetSocketAddress target) {
        Realm realm = start;
        InetSocketAddress to = target;
        for (int depth = 0; depth < MOST_ROUTERS; depth++) {
            SimulatedEnvironment host = realm.hostAt(to.getAddress());
            SimulatedNat router = realm.routerAt(to.getAddress());
            if (host != null || router == null) {
                return host;
            }
            NatEntry entry = router.behind(transport, to.getPort());
            if (entry == null) {
                return router.inside().anyHost();
            }
            realm = router.inside();
            to = entry.local;
        }
        return null;
    }

    /** A frame arrives where it was sent to: who gets it. */
    Outcome arriving(Transport transport, Departure frame, InetSocketAddress target) {
        if (target.getAddress().isLoopbackAddress()) {
            return new Delivered(frame.from, target, List.of());
        }
        if (target.getAddress() instanceof Inet6Address) {
            return arrivingUntranslated(transport, frame, target);
        }
        List<Conversation> flows = new ArrayList<>(frame.flows);
        Realm realm = frame.realm;
        InetSocketAddress to = target;
        for (int depth = 0; depth < MOST_ROUTERS; depth++) {
            SimulatedEnvironment host = realm.hostAt(to.getAddress());
            if (host != null) {
                return new Delivered(host, to, flows);
            }
            SimulatedNat router = realm.routerAt(to.getAddress());
            if (router == null) {
                return new Refused(unusedAddresses);
            }
            if (depth == 0 && router == frame.left && !router.turnsRound()) {
                return LOST;
            }
            NatEntry entry = router.arriving(transport, frame.source, to.getPort());
            if (entry == null) {
                return new Refused(router.refusal());
            }
            if (transport == Transport.TCP) {
                flows.add(router.flow(entry, frame.source));
            }
            realm = router.inside();
            to = entry.local;
        }
        return LOST;
    }

    private Outcome arrivingUntranslated(Transport transport, Departure frame, InetSocketAddress target) {
        SimulatedEnvironment host = internet.hostAt(target.getAddress());
        if (host == null) {
            return new Refused(unusedAddresses);
        }
        for (SimulatedNat router : routersTo(host, frame.from)) {
            Firewall firewall = router.firewall();
            if (firewall != null && !firewall.letsIn(transport, frame.source, target)) {
                return new Refused(router.refusal());
            }
        }
        return new Delivered(host, target, withFirewalls(transport, frame, host, target));
    }

    private List<Conversation> withFirewalls(
            Transport transport, Departure frame, SimulatedEnvironment host, InetSocketAddress target) {
        if (transport == Transport.UDP) {
            return List.of();
        }
        List<Conversation> flows = new ArrayList<>(frame.flows);
        for (SimulatedNat router : routersTo(host, frame.from)) {
            Firewall firewall = router.firewall();
            if (firewall != null) {
                flows.add(firewall.leaving(transport, target, frame.source));
            }
        }
        return flows;
    }

    /** The answer to a connection attempt at no host. */
    Refusal unusedAddresses() {
        return unusedAddresses;
    }
}
