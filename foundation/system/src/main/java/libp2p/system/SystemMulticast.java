package libp2p.system;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import libp2p.core.environment.LinkInterface;

/** The interfaces of the machine, and sockets that are members of a multicast group on one of them. */
final class SystemMulticast {
    private static final Comparator<InetAddress> BY_BYTES =
            Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned);
    /** The value of RFC 6762 section 11; other users of groups do not mind. */
    private static final int HOPS = 255;

    private SystemMulticast() {}

    /** The interfaces that are up, by index. */
    static List<LinkInterface> interfaces() throws IOException {
        List<LinkInterface> found = new ArrayList<>();
        for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
            try {
                if (link.isUp()) {
                    List<InetAddress> addresses =
                            link.inetAddresses().sorted(BY_BYTES).toList();
                    found.add(new LinkInterface(link.getName(), link.getIndex(), addresses, link.supportsMulticast()));
                }
            } catch (SocketException gone) {
                continue; // it has left while it was looked at
            }
        }
        found.sort(Comparator.comparingInt(LinkInterface::index));
        return List.copyOf(found);
    }

    /**
     * A socket bound to a group, which other programs may be bound to as well. Being bound to the group, and not to the
     * wildcard, it receives nothing but what was sent to the group, and no router forwards that from elsewhere when the
     * group is link-local.
     */
    static DatagramChannel join(LinkInterface link, InetSocketAddress group) throws IOException {
        NetworkInterface system = NetworkInterface.getByIndex(link.index());
        if (system == null) {
            throw new SocketException("there is no interface " + link.name() + " any more");
        }
        DatagramChannel channel = Channels.open(DatagramChannel::open, group);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            Channels.reusePort(channel, true);
            channel.bind(scoped(group, system));
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, system);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            channel.join(group.getAddress(), system);
            return channel;
        } catch (IOException | RuntimeException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    /** A link-local IPv6 group is bound with its interface, or not at all. */
    private static InetSocketAddress scoped(InetSocketAddress group, NetworkInterface link) throws IOException {
        return group.getAddress() instanceof Inet6Address address
                ? new InetSocketAddress(
                        Inet6Address.getByAddress(null, address.getAddress(), link.getIndex()), group.getPort())
                : group;
    }
}
