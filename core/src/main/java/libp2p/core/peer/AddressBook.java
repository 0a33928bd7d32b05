package libp2p.core.peer;

import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The addresses of this host itself: where each came from and whether it is known to work. Identify, the signed peer
 * record, the DHT and mDNS read only from here. Thread-safe; no method blocks. Changes appear as
 * {@link libp2p.core.event.HostEvent.AddressesChanged}.
 */
public interface AddressBook {
    /** Where an address of the host comes from. */
    enum Origin {
        LISTEN,
        INTERFACE,
        MAPPED,
        OBSERVED,
        RELAY,
        CONFIGURED
    }

    /** Whether an address of the host works from outside. */
    enum State {
        CANDIDATE,
        CONFIRMED,
        UNREACHABLE,
        EXPIRED
    }

    /** One address of the host. */
    record Entry(Multiaddr address, Origin origin, State state) {}

    /** What the host announces: filtered, sorted, without {@code /p2p}. */
    List<Multiaddr> announced();

    List<Entry> entries();

    /** Adds an address, or changes its state. At most {@code Limits} many of each origin are kept. */
    void put(Multiaddr address, Origin origin, State state);

    void remove(Multiaddr address, Origin origin);

    /**
     * Tells that a peer saw this host under an address. It becomes a candidate when enough peers from different networks
     * have said so.
     *
     * @param local the address of this host's end of the connection
     * @param observed what the remote says
     * @param remote the address of the remote, for grouping
     */
    void observed(Multiaddr local, Multiaddr observed, Multiaddr remote);
}
