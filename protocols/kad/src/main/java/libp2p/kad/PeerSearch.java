package libp2p.kad;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * Finds where a peer is. Addresses that others name for it may be invented, however many name them, so a search ends early only
 * when the peer itself has been reached; else the region of a surrounded place is asked as well.
 */
final class PeerSearch {
    /** Addresses that a search tells, as many as are remembered of a peer. */
    private static final int MOST = 64;

    private final DhtNetwork network;
    private final FanOut fanOut;
    private final PeerId wanted;
    private final NamedAddresses named;
    private boolean reached;

    private PeerSearch(DhtNetwork network, FanOut fanOut, PeerId wanted) {
        this.network = network;
        this.fanOut = fanOut;
        this.wanted = wanted;
        this.named = new NamedAddresses(network.requests().addressesOfPeer());
    }

    /** The addresses that were named for a peer, or under which it answered itself; blocks. */
    static Set<Multiaddr> find(DhtNetwork network, FanOut fanOut, PeerId wanted, Deadline deadline) throws IOException {
        PeerSearch search = new PeerSearch(network, fanOut, wanted);
        search.run(deadline);
        Set<Multiaddr> addresses = new LinkedHashSet<>();
        if (search.reached) {
            addresses.addAll(network.requests().addressesOf(wanted));
        }
        addresses.addAll(search.named.best(MOST));
        return addresses;
    }

    private void run(Deadline deadline) throws IOException {
        Lookup lookup = network.lookup(Key.of(wanted), StopCondition.CONVERGED, deadline);
        KadMessage request = KadMessage.of(MessageType.FIND_NODE, wanted.toBytes());
        network.run(lookup, contact -> request, this::take);
        if (!reached) {
            List<Contact> region = network.surroundings(lookup.target(), lookup.closest(), deadline);
            fanOut.askAll(region, deadline, contact -> network.ask(contact, request), this::take);
        }
    }

    /** Takes what an answer tells; returns whether the peer was reached. */
    private boolean take(Contact from, KadMessage answer) {
        for (KadPeer peer : answer.closerPeers()) {
            if (peer.id().equals(wanted)) {
                named.add(network.groupOf(from), network.told(network.requests().reachOf(from.id()), peer));
                break; // named once is enough
            }
        }
        // A lookup asks the peer itself as soon as it is named, which connects to it even if it serves no lookups.
        reached = from.id().equals(wanted)
                || !named.isEmpty() && network.requests().reachOf(wanted) != null;
        return reached;
    }
}
