import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Results;
import libp2p.kad.DhtDiscovery;

/** Seed 004, "Peer Discovery": the listening side advertises "my-service" when it knows a peer, the dialing side looks for it. */
final class DhtService implements SeedProgram {
    private static final String SERVICE = "my-service";

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(SeedDht.family());
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        host.events().subscribe(ConnectednessChanged.class, event -> {
            if (event.connectedness() == Connectedness.CONNECTED) {
                advertise(host, out);
            }
        });
    }

    private static void advertise(Host host, SeedOutput out) {
        try {
            new DhtDiscovery(SeedDht.ready(host)).advertise(SERVICE, SeedDht.deadline(host));
        } catch (IOException e) {
            out.error(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        DhtDiscovery discovery = new DhtDiscovery(SeedDht.ready(host));
        for (int i = 0; i < 50; i++) {
            try (Results<PeerAddress> found = discovery.findPeers(SERVICE, SeedDht.deadline(host))) {
                for (PeerAddress each = found.next(); each != null; each = found.next()) {
                    if (!each.peer().equals(host.peerId())) {
                        out.result("Found peer: " + each.peer());
                        return;
                    }
                }
            }
            Thread.sleep(200); // the other peer may not have advertised yet
        }
        throw new IOException("no peer provides " + SERVICE);
    }
}
