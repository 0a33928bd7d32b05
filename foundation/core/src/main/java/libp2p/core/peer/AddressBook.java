package libp2p.core.peer;

import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * The addresses of this host itself: where each came from and whether it is known to work. Identify, the signed peer
 * record, the DHT and mDNS read only from here. Thread-safe; no method blocks. Changes of what is announced appear as
 * {@link libp2p.core.event.HostEvent.AddressesChanged}, changes of what is known to work as {@link
 * libp2p.core.event.HostEvent.AddressReachabilityChanged}.
 */
public interface AddressBook {
    /** Source of an address of the host. */
    enum Origin {
        /** The host listens there. */
        LISTEN,
        /** An address of an interface, where the host listens on all of them. */
        INTERFACE,
        /** A router forwards a port of its own to the host (UPnP, NAT-PMP). */
        MAPPED,
        /** Peers see the host there. */
        OBSERVED,
        /** A relay forwards connections (circuit relay v2). */
        RELAY,
        /** The application has named it. */
        CONFIGURED
    }

    /** Whether an address of the host works from outside. */
    enum State {
        /** No peer has tried it yet. Being bound is no proof. */
        CANDIDATE,
        /** A peer has reached this host there. */
        CONFIRMED,
        /** A peer has tried it in vain; not announced. */
        UNREACHABLE,
        /** It worked once; not announced. */
        EXPIRED
    }

    /**
     * One address of the host.
     *
     * @param address without {@code /p2p}
     * @param origin where it comes from
     * @param state whether it works from outside
     */
    record Entry(Multiaddr address, Origin origin, State state) {}

    /**
     * An address under which peers see this host.
     *
     * @param address IP address and port, with the transport that was observed
     * @param observers different networks from which it is seen now; at least 1
     */
    record Observation(Multiaddr address, int observers) {}

    /**
     * Whether an address stands for many names, as {@code /ip4/…/tcp/…/tls/sni/*.example.org/ws}: the host listens there
     * for each of them, and none can be dialed by the asterisk. Such entries are neither announced nor tried from outside;
     * the service that has a certificate for the names enters the addresses that can be dialed, and hears of changes by
     * {@link libp2p.core.event.HostEvent.AddressTemplatesChanged}.
     */
    static boolean isTemplate(Multiaddr address) {
        String name = address.has(Protocol.SNI) ? address.value(Protocol.SNI) : null;
        return name != null && name.startsWith("*.");
    }

    /** The announced addresses: filtered, sorted, without {@code /p2p}. */
    List<Multiaddr> announced();

    /** All addresses with their origins and states. */
    List<Entry> entries();

    /**
     * Under which addresses peers with open connections see this host, also those that too few see to be believed: for
     * hole punching, where one is enough. First are those that peers agree on that this host has dialed, then those with
     * most observers.
     */
    List<Observation> observations();

    /** Adds an address, or changes its state. At most {@code Limits} many of each origin are kept. */
    void put(Multiaddr address, Origin origin, State state);

    /** Takes an address of one origin back. */
    void remove(Multiaddr address, Origin origin);

    /**
     * Tells that a peer sees this host under an address, as long as the connection is open. It becomes a candidate when
     * enough peers from different networks say so, for every transport that listens on the same port.
     *
     * @param connection on which the peer has said so
     * @param observed what the peer says
     */
    void observed(Connection connection, Multiaddr observed);

    /** A connection has ended: the observations of its peer do not count any more. */
    void ended(Connection connection);
}
