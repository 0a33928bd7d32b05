package libp2p.swarm.gate;

import java.util.List;
import java.util.function.Predicate;
import libp2p.core.connection.Connection;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Gaters that are put together. */
public final class Gaters {
    private Gaters() {}

    /** Refuses what any of the gaters refuses; they are asked in order until one does. */
    public static ConnectionGater allOf(ConnectionGater... gaters) {
        return new All(List.of(gaters));
    }

    /**
     * Refuses to dial addresses that are not public: loopback, private and shared networks, link-local and reserved
     * ones, which strangers can name to make this host knock on doors in its own network. Connections from there are
     * accepted.
     */
    public static ConnectionGater publicAddressesOnly() {
        return new DialFilter(Multiaddr::isPublic);
    }

    /** Refuses to dial addresses that do not pass. */
    public static ConnectionGater dialing(Predicate<Multiaddr> filter) {
        return new DialFilter(filter);
    }

    private record DialFilter(Predicate<Multiaddr> filter) implements ConnectionGater {
        @Override
        public boolean interceptAddrDial(@Nullable PeerId peer, Multiaddr address) {
            return filter.test(address);
        }
    }

    private record All(List<ConnectionGater> gaters) implements ConnectionGater {
        private boolean all(Predicate<ConnectionGater> hook) {
            for (ConnectionGater gater : gaters) {
                if (!hook.test(gater)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean interceptPeerDial(PeerId peer) {
            return all(gater -> gater.interceptPeerDial(peer));
        }

        @Override
        public boolean interceptAddrDial(@Nullable PeerId peer, Multiaddr address) {
            return all(gater -> gater.interceptAddrDial(peer, address));
        }

        @Override
        public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
            return all(gater -> gater.interceptAccept(local, remote));
        }

        @Override
        public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
            return all(gater -> gater.interceptSecured(direction, peer, remote));
        }

        @Override
        public boolean interceptUpgraded(Connection connection) {
            return all(gater -> gater.interceptUpgraded(connection));
        }
    }
}
