package libp2p.nat.autorelay;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.nat.address.Circuits;
import libp2p.nat.relay.RelayClient;

/** Relays that the discovery of the host finds under {@code /libp2p/relay}. */
final class KnownRelays implements RelaySource {
    private static final System.Logger LOG = System.getLogger(KnownRelays.class.getName());
    private static final String NAMESPACE = "/libp2p/relay";

    /** Those that are connected without a relay, over a connection that this host or that they have opened; does not block. */
    static List<PeerAddress> connected(Host host, Direction direction) {
        SequencedMap<PeerId, PeerAddress> found = new LinkedHashMap<>();
        for (Connection connection : host.connections()) {
            PeerId peer = connection.remotePeer();
            if (!Circuits.isRelayed(connection)
                    && connection.direction() == direction
                    && host.peerstore().protocols(peer).contains(RelayClient.HOP_PROTOCOL)) {
                found.putIfAbsent(peer, PeerAddress.of(peer));
            }
        }
        return List.copyOf(found.values());
    }

    @Override
    public List<PeerAddress> find(Host host, int most, Deadline deadline) {
        SequencedMap<PeerId, PeerAddress> found = new LinkedHashMap<>();
        for (Discovery discovery : host.findAll(Discovery.class)) {
            if (found.size() < most) {
                search(discovery, most, deadline, found);
            }
        }
        return List.copyOf(found.values());
    }

    private static void search(
            Discovery discovery, int most, Deadline deadline, SequencedMap<PeerId, PeerAddress> found) {
        try (Results<PeerAddress> results = discovery.findPeers(NAMESPACE, deadline)) {
            PeerAddress next;
            while (found.size() < most && (next = results.next()) != null) {
                if (next.peer() != null) {
                    found.putIfAbsent(next.peer(), next);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "searching for relays: " + e.getMessage());
        }
    }
}
