package libp2p.core.peer;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.multiformats.multiaddr.IpScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Reach of addresses, in this order. A peer reached over an address may name addresses that reach as far or
 * farther: a peer of the internet has no business with addresses of this network or machine, and a dial there would be
 * one in its name.
 */
public enum AddressScope {
    /** Loopback, and addresses of a process. */
    MACHINE,
    /** Private and link-local networks. */
    NETWORK,
    /** Public addresses, and names. */
    INTERNET;

    /** The reach of the peer of a connection: behind a relay it may be anywhere, however near the relay is. */
    public static AddressScope of(Connection connection) {
        Multiaddr address = connection.remoteAddress();
        return address.has(Protocol.P2P_CIRCUIT) ? INTERNET : of(address);
    }

    /** The nearest reach of connections to a peer, but those through relays; null if there are no others. */
    public static @Nullable AddressScope nearest(Iterable<? extends Connection> connections) {
        AddressScope nearest = null;
        for (Connection connection : connections) {
            if (!connection.isLimited()) {
                AddressScope reach = of(connection);
                nearest = nearest == null || reach.compareTo(nearest) < 0 ? reach : nearest;
            }
        }
        return nearest;
    }

    /** The reach of an address. */
    public static AddressScope of(Multiaddr address) {
        IpScope scope = address.ipScope();
        if (scope == null) {
            return address.isLoopback() || address.protocols().isEmpty() ? MACHINE : ofName(address);
        }
        return switch (scope) {
            case LOOPBACK -> MACHINE;
            case PUBLIC -> INTERNET;
            default -> NETWORK;
        };
    }

    /** Names are those of the internet; addresses of a process, such as {@code /memory}, are not. */
    private static AddressScope ofName(Multiaddr address) {
        return switch (address.protocols().getFirst()) {
            case DNS, DNS4, DNS6, DNSADDR -> INTERNET;
            default -> MACHINE;
        };
    }

    /** The addresses that a peer reached so may be told, or may tell. */
    public List<Multiaddr> fitting(List<Multiaddr> addresses) {
        List<Multiaddr> fitting = null; // most often all fit, and no list is made
        for (int i = 0; i < addresses.size(); i++) {
            Multiaddr address = addresses.get(i);
            boolean fits = of(address).compareTo(this) >= 0;
            if (fits && fitting != null) {
                fitting.add(address);
            } else if (!fits && fitting == null) {
                fitting = new ArrayList<>(addresses.subList(0, i));
            }
        }
        return fitting == null ? addresses : fitting;
    }
}
