package libp2p.exchange.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.exchange.gateway.GatewayRequest;
import libp2p.exchange.gateway.GatewayResponse;
import libp2p.exchange.gateway.HttpHandler;

/** Calls a handler without a network. */
public final class DirectCaller implements HttpCaller {
    private final String name;
    private final HttpHandler handler;

    public DirectCaller(String name, HttpHandler handler) {
        this.name = name;
        this.handler = handler;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HttpReply call(String method, String target, Map<String, String> headers, byte[] body, Deadline deadline)
            throws IOException {
        URI uri = URI.create("http://test" + target);
        GatewayResponse response = handler.handle(
                GatewayRequest.of(method, uri.getRawPath(), uri.getRawQuery(), headers),
                new ByteArrayInputStream(body == null ? new byte[0] : body));
        Map<String, String> got = new HashMap<>();
        response.headers().forEach((key, value) -> got.put(key.toLowerCase(Locale.ROOT), value));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        IOException[] cut = new IOException[1];
        if (!method.equals("HEAD")) {
            try {
                response.body().writeTo(out);
            } catch (IOException e) {
                cut[0] = e;
            }
        }
        InputStream in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public synchronized int read(byte[] to, int at, int length) {
                int count = super.read(to, at, length);
                if (count < 0 && cut[0] != null) {
                    throw new java.io.UncheckedIOException(cut[0]);
                }
                return count;
            }
        };
        return new HttpReply(response.status(), got, in);
    }

    @Override
    public void close() {}
}
