package libp2p.swarm.resource;

import java.net.InetAddress;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The subnets that are admitted when all other peers have filled the system: inbound connections from these subnets are
 * exempt from the limits of addresses, and are charged to scopes of their own when the ordinary ones are full.
 *
 * @param entries in no order; empty admits none
 */
public record AllowList(List<Entry> entries) {
    /**
     * One entry.
     *
     * @param subnet from which connections come
     * @param peer the only peer that is meant, or null for all in the subnet
     */
    public record Entry(Subnet subnet, @Nullable PeerId peer) {}

    /** No peer is admitted beyond the limits. */
    public static final AllowList EMPTY = new AllowList(List.of());

    public AllowList {
        entries = List.copyOf(entries);
    }

    /** Whether a peer at the address may turn out to be allowed. */
    boolean allows(Multiaddr remote) {
        if (entries.isEmpty()) {
            return false;
        }
        InetAddress ip = remote.ip();
        return ip != null && entries.stream().anyMatch(entry -> entry.subnet().contains(ip));
    }

    boolean allows(Multiaddr remote, PeerId peer) {
        InetAddress ip = remote.ip();
        return ip != null
                && entries.stream()
                        .anyMatch(entry ->
                                entry.subnet().contains(ip) && (entry.peer() == null || peer.equals(entry.peer())));
    }
}
