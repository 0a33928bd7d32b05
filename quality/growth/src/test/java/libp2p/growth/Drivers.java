package libp2p.growth;

import java.util.ArrayList;
import java.util.List;

/** All drivers. */
final class Drivers {
    private Drivers() {}

    static List<HostileDriver> all() {
        List<HostileDriver> all = new ArrayList<>();
        all.addAll(BasicDrivers.all());
        all.addAll(NatDrivers.all());
        all.addAll(RoutingDrivers.all());
        all.addAll(ContentDrivers.all());
        all.addAll(HttpDrivers.all());
        all.addAll(DiscoveryDrivers.all());
        all.addAll(DatagramDrivers.all());
        all.addAll(MarketDrivers.all());
        all.addAll(HandshakeDrivers.all());
        return all;
    }

    /** A class that is not public. */
    static Class<?> hidden(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("no class " + name, e);
        }
    }
}
