package libp2p.gateway;

import java.net.InetAddress;
import java.util.Locale;
import java.util.function.Predicate;
import libp2p.http.HttpRequest;

/**
 * What reverse proxies tell of the requests of their clients
 * (<a href="https://specs.ipfs.tech/http-gateways/subdomain-gateway/#x-forwarded-proto-request-header">subdomain
 * gateway</a>).
 */
final class Forwarded {
    private static final String HOST = "X-Forwarded-Host";
    private static final String SCHEME = "X-Forwarded-Proto";

    private Forwarded() {}

    /** The request as its client made it, if a proxy that is believed has sent it on; else as it is. */
    static HttpRequest original(HttpRequest request, Predicate<InetAddress> proxies) {
        if (!isFrom(request, proxies)) {
            return request;
        }
        String host = last(request.header(HOST));
        String scheme = last(request.header(SCHEME)).toLowerCase(Locale.ROOT);
        HttpRequest original =
                host.isEmpty() ? request : request.withHeaders(request.headers().with("Host", host));
        return scheme.equals("https") || scheme.equals("http")
                ? original.withContext(request.context().withSecure(scheme.equals("https")))
                : original;
    }

    /** The fields that choose the answer, for caches: also between the proxy and its clients. */
    static String vary(HttpRequest request, Predicate<InetAddress> proxies) {
        return isFrom(request, proxies) ? "Accept, " + HOST + ", " + SCHEME : "Accept";
    }

    private static boolean isFrom(HttpRequest request, Predicate<InetAddress> proxies) {
        InetAddress address = request.context().address();
        return address != null && proxies.test(address);
    }

    /** The word of the nearest proxy: those before it come from the client, or from machines that are not known. */
    private static String last(String list) {
        return list.substring(list.lastIndexOf(',') + 1).strip();
    }
}
