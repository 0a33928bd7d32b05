package libp2p.core.peer;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import libp2p.multiformats.multiaddr.IpScope;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Which addresses make sense between this host and a peer, by where the peer is: a peer on the internet neither
 * reaches private addresses that it is told, nor are those that it tells in the network of this host. Claims of a peer
 * and answers to it go through the same filter, as in go-libp2p.
 */
public final class AddressReach {
    private AddressReach() {}

    /**
     * Which addresses make sense for a peer: all for one on this machine, all but loopback for one in a private
     * network, and for one on the internet those that are {@linkplain Multiaddr#isPublic public}.
     *
     * @param remote the address of the peer on a connection; one without an IP address counts as on this machine
     */
    public static Predicate<Multiaddr> of(Multiaddr remote) {
        InetAddress ip = remote.ip();
        IpScope scope = ip == null ? IpScope.LOOPBACK : IpScope.of(ip);
        return switch (scope) {
            case LOOPBACK, UNSPECIFIED -> address -> true;
            case PRIVATE, LINK_LOCAL, RESERVED -> address -> !isLoopback(address);
            case PUBLIC -> Multiaddr::isPublic;
        };
    }

    /** Those of the addresses that make sense for a peer, in their order. */
    public static List<Multiaddr> filter(List<Multiaddr> addresses, Multiaddr remote) {
        Predicate<Multiaddr> sensible = of(remote);
        List<Multiaddr> filtered = new ArrayList<>(addresses.size());
        for (Multiaddr address : addresses) { // asked at every connection
            if (sensible.test(address)) {
                filtered.add(address);
            }
        }
        return Collections.unmodifiableList(filtered);
    }

    private static boolean isLoopback(Multiaddr address) {
        InetAddress ip = address.ip();
        return ip != null && IpScope.of(ip) == IpScope.LOOPBACK;
    }
}
