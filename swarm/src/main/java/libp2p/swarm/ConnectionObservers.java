package libp2p.swarm;

import java.util.List;
import libp2p.core.connection.Direction;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.host.HostService;
import libp2p.core.peer.Peerstore;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.connection.SwarmConnection;

/**
 * What follows when connections come and go: the peerstore is kept in step (keys, dialed addresses, lifetimes after a peer
 * has gone), and the services of the host are told.
 */
final class ConnectionObservers implements ConnectionTable.Listener {
    private final Peerstore peerstore;
    private final ConnectionTable table;
    private final List<HostService> services;

    ConnectionObservers(Peerstore peerstore, ConnectionTable table, List<HostService> services) {
        this.peerstore = peerstore;
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
        services.forEach(service -> service.connectionOpened(connection));
    }

    @Override
    public void closed(SwarmConnection connection) {
        if (table.connectedness(connection.remotePeer()) == Connectedness.NOT_CONNECTED) {
            peerstore.expireAddresses(connection.remotePeer(), Peerstore.RECENTLY_CONNECTED);
        }
        services.forEach(service -> service.connectionClosed(connection));
    }
}
