package libp2p.core.routing;

import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Finds the addresses of a peer. */
@FunctionalInterface
public interface PeerRouting {
    /** Looks the peer up; blocks. Returns no addresses if it is not found. */
    List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException;
}
