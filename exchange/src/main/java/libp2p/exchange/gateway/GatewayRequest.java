package libp2p.exchange.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import libp2p.http.Client;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param method of HTTP: GET or HEAD
 * @param path decoded, from the first slash on
 * @param query parameters by name, decoded; of repeated ones the first
 * @param headers by name in lower case
 * @param client who is asked while the answer is made whether it is still wanted
 */
public record GatewayRequest(
        String method, String path, Map<String, String> query, Map<String, String> headers, Client client) {
    /** A request of a client that waits for ever. */
    public GatewayRequest(String method, String path, Map<String, String> query, Map<String, String> headers) {
        this(method, path, query, headers, Client.PATIENT);
    }

    /** The same request with its client. */
    public GatewayRequest withClient(Client value) {
        return new GatewayRequest(method, path, query, headers, value);
    }

    /**
     * A request from the raw parts of a URI.
     *
     * @param rawPath as it stands in the request
     * @param rawQuery as it stands in the request, or null
     * @throws IllegalArgumentException if an escape is malformed
     */
    public static GatewayRequest of(
            String method, String rawPath, @Nullable String rawQuery, Map<String, String> headers) {
        Map<String, String> query = new HashMap<>();
        for (String part : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            query.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return new GatewayRequest(method, decoded(rawPath.replace("+", "%2B")), query, lower);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
