package libp2p.http.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;

/** Sends requests to a handler without a network. */
public class DirectHttpClient implements HttpClient {
    private final String name;
    private final HttpHandler handler;

    public DirectHttpClient(String name, HttpHandler handler) {
        this.name = name;
        this.handler = handler;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        HttpResponse response = handler.handle(request);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        IOException[] cut = new IOException[1];
        if (!request.method().equals("HEAD")) {
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
        return new HttpClientResponse(response.status(), response.headers(), in);
    }

    @Override
    public void close() {}
}
