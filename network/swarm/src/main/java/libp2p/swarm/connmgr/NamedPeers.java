package libp2p.swarm.connmgr;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;

/** Peers that are in a set as long as one of several parties wants it, each under a name. Guarded by its owner. */
final class NamedPeers {
    private final String what;
    private final int maximumPeers;
    private final int maximumNames;
    private final Map<PeerId, Set<String>> peers = new HashMap<>();

    /** @param what the peers of the set are, for messages: {@code "protected"} */
    NamedPeers(String what, int maximumPeers, int maximumNames) {
        this.what = what;
        this.maximumPeers = maximumPeers;
        this.maximumNames = maximumNames;
    }

    void add(PeerId peer, String name) {
        Set<String> names = peers.get(peer);
        if (names == null) {
            if (peers.size() >= maximumPeers) {
                throw new IllegalStateException(maximumPeers + " peers are " + what + " already");
            }
            names = new HashSet<>(2);
            peers.put(peer, names);
        }
        if (names.size() >= maximumNames && !names.contains(name)) {
            throw new IllegalStateException(
                    "peer " + peer + " is " + what + " under " + maximumNames + " names already");
        }
        names.add(name);
    }

    /** Returns whether the peer is still in under another name. */
    boolean remove(PeerId peer, String name) {
        Set<String> names = peers.get(peer);
        if (names == null) {
            return false;
        }
        names.remove(name);
        if (names.isEmpty()) {
            peers.remove(peer);
            return false;
        }
        return true;
    }

    boolean contains(PeerId peer) {
        return peers.containsKey(peer);
    }
}
