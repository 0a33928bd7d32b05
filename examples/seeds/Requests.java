import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.request.JsonRequests;

/** Seed 004, "Request-Response Pattern". */
final class Requests implements SeedProgram {
    private final JsonRequests requests = new JsonRequests((peer, data) -> "Processed: " + data);

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(requests);
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        // the service answers
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws IOException {
        JsonRequests.Response response = requests.ask(peer, "req-1", options.text(""));
        if (!response.error().isEmpty()) {
            throw new IOException(response.error());
        }
        out.result(response.result());
    }
}
