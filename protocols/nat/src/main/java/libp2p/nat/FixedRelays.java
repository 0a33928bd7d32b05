package libp2p.nat;

import java.util.List;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.nat.relay.RelayClient;

/** Keeps places at the relays that the operator named, for as long as the host lives. */
final class FixedRelays implements HostService {
    private final RelayClient client;
    private final List<PeerAddress> relays;

    FixedRelays(RelayClient client, List<PeerAddress> relays) {
        this.client = client;
        this.relays = relays;
    }

    @Override
    public void start(Host host) {
        // Nothing can be dialed yet.
    }

    @Override
    public void listening() {
        relays.forEach(client::keep);
    }

    @Override
    public void close() {
        // The client closes its keepers itself.
    }
}
