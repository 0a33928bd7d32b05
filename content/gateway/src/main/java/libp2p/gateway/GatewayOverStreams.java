package libp2p.gateway;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import libp2p.blocks.SendingRate;
import libp2p.delegated.trustless.PeerGatewayClient;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;

/** Serves a gateway to peers, over their streams. Thread-safe. */
public final class GatewayOverStreams implements HttpHandler {
    /** The protocol id by which peers find it. */
    public static final String PROTOCOL = PeerGatewayClient.PROTOCOL;

    private final Gateway gateway;
    private final Supplier<Optional<SendingRate>> rate;

    /** @param gateway that answers, a trustless one if peers are to get nothing but blocks and archives */
    public GatewayOverStreams(Gateway gateway) {
        this(gateway, Optional::empty);
    }

    /** @param rate at which bodies go, asked for with each answer; empty for as fast as peers read */
    public GatewayOverStreams(Gateway gateway, Supplier<Optional<SendingRate>> rate) {
        this.gateway = gateway;
        this.rate = rate;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        // there are no hosts of roots here
        HttpRequest asked = request.withHeaders(request.headers().without("Host"));
        try {
            asked.path();
            asked.query();
        } catch (IllegalArgumentException malformed) {
            return HttpResponse.text(400, "a malformed escape");
        }
        HttpResponse response = gateway.handle(asked);
        return rate.get().map(sending -> response.through(sending::over)).orElse(response);
    }
}
