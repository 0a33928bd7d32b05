package libp2p.simulator;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network in which an address belongs to one host or to the outside of one router: the internet, or what lies behind
 * a NAT. Several realms may use the same addresses.
 */
final class Realm {
    /** The router that leads out of here; null on the internet. */
    final @Nullable SimulatedNat router;

    private final Map<InetAddress, SimulatedEnvironment> hosts = new HashMap<>();
    private final Map<InetAddress, SimulatedNat> routers = new HashMap<>();
    private final List<Realm> inner = new ArrayList<>(1);
    private @Nullable SimulatedEnvironment first;

    Realm(@Nullable SimulatedNat router) {
        this.router = router;
    }

    @Nullable
    SimulatedEnvironment hostAt(InetAddress address) {
        return hosts.get(address);
    }

    @Nullable
    SimulatedNat routerAt(InetAddress address) {
        return routers.get(address);
    }

    boolean has(InetAddress address) {
        return hosts.containsKey(address) || routers.containsKey(address);
    }

    void add(SimulatedEnvironment host, InetAddress address) {
        requireFree(address);
        hosts.put(address, host);
        if (first == null) {
            first = host;
        }
    }

    void add(SimulatedNat nat) {
        requireFree(nat.address());
        routers.put(nat.address(), nat);
        inner.add(nat.inside());
    }

    private void requireFree(InetAddress address) {
        if (has(address)) {
            throw new IllegalArgumentException("there is something at " + address.getHostAddress() + " already");
        }
    }

    void remove(SimulatedEnvironment host, InetAddress address) {
        hosts.remove(address, host);
    }

    /** A host whose link frames from outside take that are for no particular host. */
    @Nullable
    SimulatedEnvironment anyHost() {
        if (first != null) {
            return first;
        }
        for (Realm below : inner) {
            SimulatedEnvironment host = below.anyHost();
            if (host != null) {
                return host;
            }
        }
        return null;
    }

    /** The realms from here to the internet, this one first. */
    List<Realm> outward() {
        List<Realm> way = new ArrayList<>(2);
        Realm realm = this;
        way.add(realm);
        while (realm.router != null) {
            realm = realm.router.outside();
            way.add(realm);
        }
        return way;
    }
}
