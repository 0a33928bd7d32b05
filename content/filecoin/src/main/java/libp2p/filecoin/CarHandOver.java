package libp2p.filecoin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Hands CARs over to the providers of deals, by the token that each has from its proposal: HTTP with ranges, as boost
 * serves and asks. Another peer with the token gets nothing.
 */
final class CarHandOver implements HttpHandler {
    private static final int TOKEN = 32;
    private static final String TYPE = "application/vnd.ipld.car";

    private final CarBytes cars;
    private final Function<String, @Nullable ClientDeal> deals;
    private final Consumer<ClientDeal> whole;
    private final Semaphore serving;

    /** @param deals the deal of what stands in {@code Authorization} */
    CarHandOver(CarBytes cars, Function<String, @Nullable ClientDeal> deals, Consumer<ClientDeal> whole, int atATime) {
        this.cars = cars;
        this.deals = deals;
        this.whole = whole;
        serving = new Semaphore(atATime);
    }

    /** The credentials of a provider for a new deal: a token as a password without a name. */
    static String authorization(Environment environment) {
        byte[] token = new byte[TOKEN];
        environment.secureRandom(token);
        String pair = ":" + HexFormat.of().formatHex(token);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        ClientDeal deal = deals.apply(request.header("Authorization"));
        PeerId peer = request.context().peer();
        if (deal == null || !deal.provider().equals(peer)) {
            return HttpResponse.text(401, "no deal has this token");
        }
        boolean head = request.method().equals("HEAD");
        if (!head && !request.method().equals("GET")) {
            return HttpResponse.text(405, "only GET and HEAD").with("Allow", "GET, HEAD");
        }
        long size = deal.params().transfer().size();
        String range = request.header("Range");
        long from = range.matches("bytes=[0-9]{1,18}-") ? Long.parseLong(range.substring(6, range.length() - 1)) : 0;
        if (from >= size) {
            return HttpResponse.text(416, "the CAR has " + size + " bytes").with("Content-Range", "bytes */" + size);
        }
        boolean part = from > 0 || range.equals("bytes=0-"); // any other form is answered with the whole
        HttpResponse response = new HttpResponse(
                part ? 206 : 200, Map.of("Content-Type", TYPE, "Accept-Ranges", "bytes"), size - from, out -> {
                    if (!serving.tryAcquire()) {
                        throw new DealException("too many CARs are handed over at a time", peer, true);
                    }
                    try {
                        cars.write(deal.params().root(), from, out);
                        out.flush();
                    } finally {
                        serving.release();
                    }
                    whole.accept(deal);
                });
        return part ? response.with("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size) : response;
    }
}
