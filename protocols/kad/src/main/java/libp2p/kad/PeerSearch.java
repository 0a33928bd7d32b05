package libp2p.kad;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Finds where a peer is. */
final class PeerSearch {
    /** So many peers must have said where it is for the search to end early: one alone may lie, or be behind. */
    private static final int WITNESSES = 2;

    private PeerSearch() {}

    /** The addresses that were named for a peer, or under which it answered itself; blocks. */
    static Set<Multiaddr> find(DhtNetwork network, PeerId wanted, Deadline deadline) throws IOException {
        byte[] name = wanted.toBytes();
        Set<Multiaddr> addresses = new LinkedHashSet<>();
        int[] witnesses = {0};
        Lookup lookup = network.lookup(Key.of(wanted), StopCondition.CONVERGED, deadline);
        KadMessage request = KadMessage.of(MessageType.FIND_NODE, name);
        network.run(lookup, contact -> request, (from, answer) -> {
            if (from.id().equals(wanted)) {
                addresses.addAll(from.addresses());
                addresses.addAll(network.requests().addressesOf(wanted));
                return true;
            }
            for (KadPeer peer : answer.closerPeers()) {
                List<Multiaddr> told = peer.id().equals(wanted)
                        ? network.told(network.requests().reachOf(from.id()), peer)
                        : List.of();
                if (!told.isEmpty()) {
                    addresses.addAll(told);
                    witnesses[0]++;
                }
            }
            return witnesses[0] >= WITNESSES;
        });
        return addresses;
    }
}
