package libp2p.swarm;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.TransportFactory;
import libp2p.core.transport.Transport;

/** Makes the transports of a host. */
final class HostTransports {
    private static final System.Logger LOG = System.getLogger(HostTransports.class.getName());

    private HostTransports() {}

    /** All that the factories make; in a private network without those that its key does not protect. */
    static List<Transport> create(SwarmParts parts, TransportFactory.Context context) {
        List<Transport> transports = new ArrayList<>();
        for (TransportFactory factory : parts.transports()) {
            Transport transport = factory.create(context);
            if (parts.protector() == null || transport.usesUpgrader()) {
                transports.add(transport);
            } else {
                LOG.log(Level.DEBUG, "without {0}: its connections would leave the private network", transport.name());
                transport.close();
            }
        }
        return List.copyOf(transports);
    }
}
