package libp2p.core.routing;

import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Finds the addresses of a peer. Thread-safe. */
@FunctionalInterface
public interface PeerRouting {
    /**
     * Looks the peer up; blocks. Returns no addresses if it is not found. A routing that dials through the host that
     * asks it uses {@code DialOptions.withoutRouting()}, else the search would start itself again.
     */
    List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException;

    /**
     * Several routings as one, asked one after the other until one knows an address. A routing that fails is passed
     * over; if no routing knows an address, the first failure is thrown.
     */
    static PeerRouting inTurn(List<? extends PeerRouting> routings) {
        List<PeerRouting> all = List.copyOf(routings);
        return (peer, deadline) -> {
            IOException failure = null;
            for (PeerRouting routing : all) {
                try {
                    List<Multiaddr> found = routing.findPeer(peer, deadline);
                    if (!found.isEmpty()) {
                        return found;
                    }
                } catch (java.io.InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
            return List.of();
        };
    }
}
