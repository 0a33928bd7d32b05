package libp2p.swarm;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.host.HostService;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.Direction;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.connection.SwarmConnection;

/**
 * The consequences of connections that open and end: the peerstore is kept in step (keys, dialed addresses, lifetimes
 * after a peer has gone) and the address book (what peers observed), and the services of the host are told. A service
 * that throws keeps the news from no other.
 */
final class ConnectionObservers implements ConnectionTable.Listener {
    private static final System.Logger LOG = System.getLogger(ConnectionObservers.class.getName());

    private final Peerstore peerstore;
    private final AddressBook addressBook;
    private final ConnectionTable table;
    private final List<HostService> services;

    ConnectionObservers(
            Peerstore peerstore, AddressBook addressBook, ConnectionTable table, List<HostService> services) {
        this.peerstore = peerstore;
        this.addressBook = addressBook;
        this.table = table;
        this.services = List.copyOf(services);
    }

    @Override
    public void opened(SwarmConnection connection) {
        peerstore.addKey(connection.remotePeer(), connection.remoteKey());
        if (connection.direction() == Direction.OUTBOUND) {
            peerstore.addAddresses(
                    connection.remotePeer(),
                    List.of(connection.remoteAddress()),
                    Peerstore.Source.CONNECTION,
                    Peerstore.CONNECTED);
        }
        tell(service -> service.connectionOpened(connection));
    }

    @Override
    public void closed(SwarmConnection connection) {
        addressBook.ended(connection);
        if (table.connectedness(connection.remotePeer()) == Connectedness.NOT_CONNECTED) {
            peerstore.expireAddresses(connection.remotePeer(), Peerstore.RECENTLY_CONNECTED);
        }
        tell(service -> service.connectionClosed(connection));
    }

    private void tell(Consumer<HostService> news) {
        for (HostService service : services) {
            try {
                news.accept(service);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "the service " + service + " failed to take note of a connection", e);
            }
        }
    }
}
