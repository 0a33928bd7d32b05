package libp2p.exchange.streams;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import libp2p.core.identity.PeerId;
import libp2p.exchange.bitswap.SendingRate;
import libp2p.exchange.gateway.Gateway;
import libp2p.exchange.gateway.GatewayRequest;
import libp2p.exchange.gateway.GatewayResponse;
import libp2p.http.Client;
import libp2p.http.HttpAnswer;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.streams.HttpHandler;

/** Serves a gateway to peers, over their streams. Thread-safe. */
public final class GatewayOverStreams implements HttpHandler {
    /** The protocol id by which peers find it. */
    public static final String PROTOCOL = "/ipfs/gateway";

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
    public HttpAnswer handle(PeerId peer, HttpRequest request, InputStream body, Client client) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (HttpHeaders.Field field : request.headers().fields()) {
            headers.merge(field.name(), field.value(), (a, b) -> a + "," + b);
        }
        headers.entrySet()
                .removeIf(field -> field.getKey().equalsIgnoreCase("host")); // there are no hosts of roots here
        int query = request.target().indexOf('?');
        GatewayRequest asked;
        try {
            asked = GatewayRequest.of(
                    request.method(),
                    request.path(),
                    query < 0 ? null : request.target().substring(query + 1),
                    headers);
        } catch (IllegalArgumentException malformed) {
            return HttpAnswer.text(400, "a malformed escape");
        }
        GatewayResponse answer = gateway.handle(asked.withClient(client));
        GatewayResponse response = rate.get().map(answer::at).orElse(answer);
        List<HttpHeaders.Field> fields = new ArrayList<>();
        response.headers().forEach((name, value) -> fields.add(new HttpHeaders.Field(name, value)));
        return new HttpAnswer(
                response.status(),
                new HttpHeaders(fields),
                response.length(),
                out -> response.body().writeTo(out));
    }
}
