package libp2p.nat.mapping;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Network;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Finds a router that maps ports, and the method that it speaks. */
final class GatewaySearch {
    private static final System.Logger LOG = System.getLogger(GatewaySearch.class.getName());

    private final Environment environment;
    private final Set<Method> methods;
    private final PortMappingLimits limits;

    GatewaySearch(Environment environment, Set<Method> methods, PortMappingLimits limits) {
        this.environment = environment;
        this.methods = methods;
        this.limits = limits;
    }

    /** A router that has mapped the port of a first mapping, or null; blocks. The caller closes it. */
    @Nullable
    Gateway find(PortProtocol protocol, int inside) throws IOException {
        Network network = environment.network();
        List<InetAddress> own = new ArrayList<>();
        for (InetAddress address : network.interfaceAddresses()) {
            if (address instanceof Inet4Address
                    && Multiaddr.ofIp(address).isPrivate()
                    && !address.isLoopbackAddress()) {
                own.add(address);
            }
        }
        for (InetAddress router : network.gateways()) {
            InetAddress self = sameNetwork(router, own);
            Gateway gateway = self == null ? null : ask(router, self, protocol, inside);
            if (gateway != null) {
                return gateway;
            }
        }
        for (InetAddress self : methods.contains(Method.UPNP) ? own : List.<InetAddress>of()) {
            Gateway gateway = UpnpDiscovery.find(environment, self, Deadline.after(environment, limits.search()));
            if (gateway != null) {
                return gateway;
            }
        }
        return null;
    }

    private @Nullable Gateway ask(InetAddress router, InetAddress self, PortProtocol protocol, int inside) {
        if (methods.contains(Method.PCP)) {
            try {
                PcpGateway gateway = new PcpGateway(environment, router, self);
                if (works(gateway, protocol, inside)) {
                    return gateway;
                }
                gateway.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "no PCP at " + router + ": " + e.getMessage());
            }
        }
        if (methods.contains(Method.PMP)) {
            try {
                return PmpGateway.open(environment, router, Deadline.after(environment, limits.ask()));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "no NAT-PMP at " + router + ": " + e.getMessage());
            }
        }
        return null;
    }

    /** PCP has no question that costs nothing: the first mapping is one. */
    private boolean works(Gateway gateway, PortProtocol protocol, int inside) {
        try {
            Mapping first =
                    gateway.map(protocol, inside, inside, limits.lease(), Deadline.after(environment, limits.ask()));
            return first.outside() > 0;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no PCP: " + e.getMessage());
            return false;
        }
    }

    /** The address of this host in the network of a router, as far as their first three bytes tell. */
    private static @Nullable InetAddress sameNetwork(InetAddress router, List<InetAddress> own) {
        byte[] there = router.getAddress();
        for (InetAddress address : own) {
            byte[] here = address.getAddress();
            if (here[0] == there[0] && here[1] == there[1] && here[2] == there[2]) {
                return address;
            }
        }
        return own.isEmpty() ? null : own.getFirst();
    }
}
