package libp2p.autotls;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;

/**
 * Sends back the cookies of one server, few and short ones: a load balancer before the broker leads both requests of
 * a proof of the peer id to the same machine by them. For one thread.
 */
final class AffinityCookies implements HttpClient {
    private static final int MOST = 8;
    private static final int LONGEST = 4096;

    private final HttpClient client;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    /** @param client closed with this one */
    AffinityCookies(HttpClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        HttpRequest whole = cookies.isEmpty()
                ? request
                : request.withHeaders(request.headers()
                        .with(
                                "Cookie",
                                cookies.entrySet().stream()
                                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                        .collect(Collectors.joining("; "))));
        HttpClientResponse response = client.send(whole, deadline);
        response.headers().all("Set-Cookie").forEach(this::keep);
        return response;
    }

    private void keep(String field) {
        int end = field.indexOf(';');
        String pair = end < 0 ? field : field.substring(0, end);
        int equals = pair.indexOf('=');
        if (equals <= 0 || pair.length() > LONGEST) {
            return;
        }
        String name = pair.substring(0, equals).strip();
        if (cookies.size() < MOST || cookies.containsKey(name)) {
            cookies.put(name, pair.substring(equals + 1).strip());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
