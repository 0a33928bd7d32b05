package libp2p.swarm;

import java.util.List;
import libp2p.core.connection.Direction;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.peer.Peerstore;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.connection.SwarmConnection;

/** Keeps the peerstore in step with the connections: keys, dialed addresses, and lifetimes after a peer has gone. */
final class PeerstoreKeeper implements ConnectionTable.Listener {
    private final Peerstore peerstore;
    private final ConnectionTable table;

    PeerstoreKeeper(Peerstore peerstore, ConnectionTable table) {
        this.peerstore = peerstore;
        this.table = table;
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
    }

    @Override
    public void closed(SwarmConnection connection) {
        if (table.connectedness(connection.remotePeer()) == Connectedness.NOT_CONNECTED) {
            peerstore.expireAddresses(connection.remotePeer(), Peerstore.RECENTLY_CONNECTED);
        }
    }
}
