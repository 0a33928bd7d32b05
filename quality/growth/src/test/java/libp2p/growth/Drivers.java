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
        return all;
    }
}
