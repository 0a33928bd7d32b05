package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.Merit;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.table.RoutingTable;
import libp2p.kad.table.RoutingTable.Offer;
import libp2p.kad.table.TablePeer;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Which peers are in the routing table of a network: servers within its reach that have answered. Their connections are
 * worth more as long as they are in it. Thread-safe.
 */
final class TableMembership {
    /** The requests of the network. */
    interface Checks {
        /** Whether a request to the peer is under way, which tells the same as a check. */
        boolean isAsked(PeerId peer);

        /** Asks a peer anything, and tells {@link #answered} of its answer, or {@link #remove}; blocks. */
        void check(Contact peer) throws IOException;
    }

    private static final System.Logger LOG = System.getLogger(TableMembership.class.getName());
    /**
     * Buckets whose connections are sheltered, those of the peers farthest from this host, as many as
     * go-libp2p-kad-dht protects: the first half and quarter of all ids fill these at once and stay, while ids that are
     * near to this host's can be ground to fill the empty places of all others.
     */
    private static final int SHELTERED_BUCKETS = 2;

    private final Host host;
    private final Kind kind;
    private final String protocol;
    private final String merit;
    private final Key self;
    private final RoutingTable table;
    private final Requests requests;
    private final Checks checks;
    private final Newcomers newcomers;
    private volatile boolean onTheInternet;

    TableMembership(
            Host host,
            Kind kind,
            String protocol,
            Key self,
            RoutingTable table,
            int perGroup,
            Requests requests,
            Checks checks) {
        this.host = host;
        this.kind = kind;
        this.protocol = protocol;
        this.self = self;
        this.table = table;
        this.requests = requests;
        this.checks = checks;
        newcomers = new Newcomers(
                host.environment(), perGroup, host.environment().random("kad.newcomers"), this::checkNewcomer);
        merit = Merit.ROUTING.tag() + " " + protocol;
    }

    /** Whether this host is known to be on the internet: then the wide table has no place for peers that are not. */
    void onTheInternet(boolean value) {
        onTheInternet = value;
    }

    /** A connected peer has named its protocols. It comes into the table when it has answered. */
    void identified(PeerId peer) {
        if (!speaks(peer)) {
            remove(peer);
        } else if (table.contains(peer)) {
            consider(peer, 0);
        } else if (mayJoin(peer)) {
            newcomers.offer(peer, host.groupOf(peer));
        }
    }

    /** A newcomer may have gone, or answered, while it waited. */
    private void checkNewcomer(PeerId peer) {
        if (mayJoin(peer) && !checks.isAsked(peer)) {
            check(Contact.of(peer, List.of()));
        }
    }

    private boolean speaks(PeerId peer) {
        return host.peerstore().protocols(peer).contains(protocol);
    }

    private boolean mayJoin(PeerId peer) {
        AddressScope reach = requests.reachOf(peer);
        return reach != null
                && kind.admits(reach, onTheInternet)
                && table.hasRoomFor(peer, seen(peer), host.environment().nanoTime());
    }

    /** The addresses at which a peer is connected, not through a relay. */
    List<Multiaddr> seen(PeerId peer) {
        return host.connections(peer).stream()
                .filter(connection -> !connection.isLimited())
                .map(Connection::remoteAddress)
                .toList();
    }

    /** Whether a peer is connected, serves this network, and may be asked. */
    boolean isNeighbour(PeerId peer) {
        AddressScope reach = requests.reachOf(peer);
        return reach != null && kind.admits(reach, onTheInternet) && speaks(peer);
    }

    /** Some connected servers, for a table that has taken none. */
    List<Contact> neighbours(int most) {
        return host.connections().stream()
                .map(Connection::remotePeer)
                .distinct()
                .filter(this::isNeighbour)
                .limit(most)
                .map(peer -> Contact.of(peer, List.of()))
                .toList();
    }

    /**
     * A peer has answered: it is offered to the table, and if it is there, its connection is worth more from now on.
     *
     * @param latency in ns, 0 if it is not known
     */
    void answered(PeerId peer, long latency) {
        consider(peer, latency);
        TablePeer member = table.find(peer);
        if (member != null) {
            host.connectionManager().tag(peer, merit, Merit.ROUTING.value());
            if (self.commonPrefix(member.key()) < SHELTERED_BUCKETS) {
                host.connectionManager().shelter(peer, merit);
            }
            if (!table.contains(peer)) { // it was removed before all was given that a removal takes back
                takeBack(peer);
            }
        }
    }

    private void takeBack(PeerId peer) {
        host.connectionManager().untag(peer, merit);
        host.connectionManager().unshelter(peer, merit);
    }

    /** A peer does not answer, or speaks the protocol no more. */
    void remove(PeerId peer) {
        if (table.remove(peer)) {
            takeBack(peer);
        }
    }

    /** Offers a connected server to the table. */
    private void consider(PeerId peer, long latency) {
        AddressScope reach = requests.reachOf(peer);
        if (reach == null || !kind.admits(reach, onTheInternet)) {
            return;
        }
        List<Multiaddr> addresses = kind.fitting(reach, requests.addressesOf(peer));
        long now = host.environment().nanoTime();
        Offer offer = table.offer(peer, addresses, seen(peer), now);
        if (offer == Offer.ADDED || offer == Offer.KNOWN) {
            table.answered(peer, latency, now);
        } else if (offer == Offer.WAITING) {
            TablePeer suspect = table.suspect(peer, now);
            if (suspect != null) {
                table.answered(suspect.id(), 0, now); // one check at a time
                host.environment().start("kad-check", () -> check(suspect));
            }
        }
    }

    /** Asks a peer of the table whether it lives; one that does not leaves the table. Blocks. */
    void check(TablePeer peer) {
        check(new Contact(peer.id(), peer.key(), peer.addresses(), peer.latency()));
    }

    private void check(Contact peer) {
        try {
            checks.check(peer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a check of " + peer.id() + ": " + e.getMessage());
        }
    }
}
