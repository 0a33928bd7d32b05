package libp2p.node;

import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.request.JsonRequests;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p request}. */
@Command(
        name = "request",
        description = "Sends a request to a peer (/request-response/1.0.0) and prints the response.",
        mixinStandardHelpOptions = true)
final class RequestCommand extends DialCommand {
    @Parameters(index = "1", paramLabel = "TEXT", description = "The data of the request.")
    private String data = "";

    private final JsonRequests requests = new JsonRequests((peer, text) -> text);

    @Override
    void prepare(HostBuilder builder) {
        builder.service(requests);
    }

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        JsonRequests.Response response = requests.ask(peer, "1", data);
        output.event(
                "response",
                response.error().isEmpty() ? response.result() : "error: " + response.error(),
                "id",
                response.id(),
                "result",
                response.result(),
                "error",
                response.error());
    }
}
