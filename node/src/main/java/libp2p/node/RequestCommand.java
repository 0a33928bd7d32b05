package libp2p.node;

import java.nio.charset.StandardCharsets;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.messaging.MessageCodec;
import libp2p.node.host.Output;
import libp2p.protocols.request.JsonRequests;
import libp2p.protocols.request.RequestLimits;
import libp2p.protocols.request.RequestResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p request}. */
@Command(
        name = "request",
        description =
                "Sends a request to a peer and prints the response: by /request-response/1.0.0, or with --protocol by"
                        + " another whose messages end with their direction of the stream, as those of rust-libp2p's"
                        + " request-response.",
        mixinStandardHelpOptions = true)
final class RequestCommand extends DialCommand {
    @Parameters(index = "1", paramLabel = "TEXT", description = "The data of the request.")
    private String data = "";

    @Option(names = "--protocol", paramLabel = "ID", description = "The request is sent as it is, for example as JSON.")
    private @Nullable String protocol;

    private final JsonRequests requests = new JsonRequests((peer, text) -> text);

    @Override
    void prepare(HostBuilder builder) {
        builder.with(requests);
    }

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        if (protocol != null) {
            RequestResponse<byte[], byte[]> asked = new RequestResponse<>(
                    protocol, MessageCodec.BYTES, MessageCodec.BYTES, host.limits(RequestLimits.DEFAULT));
            String answer =
                    new String(asked.ask(host, peer, data.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
            output.event("response", answer, "result", answer);
            return;
        }
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
