package libp2p.gateway;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.exchange.gateway.GatewayRequest;
import libp2p.exchange.gateway.GatewayResponse;
import libp2p.exchange.gateway.HttpHandler;
import libp2p.http.RequestClock;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Carries requests and answers between Jetty and a handler, on the thread of the request. */
final class HandlerAdapter extends Handler.Abstract {
    private static final System.Logger LOG = System.getLogger(HandlerAdapter.class.getName());
    private static final int BUFFER = 1 << 16;

    private final HttpHandler handler;
    private final GatewayLimits limits;
    private final Semaphore free;

    HandlerAdapter(HttpHandler handler, GatewayLimits limits) {
        this.handler = handler;
        this.limits = limits;
        free = new Semaphore(limits.requests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!free.tryAcquire()) {
            response.setStatus(429);
            response.getHeaders().put("Retry-After", "60");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            callback.succeeded();
            return true;
        }
        try {
            answer(request, response);
            callback.succeeded();
        } catch (DeadlineExceededException e) {
            if (response.isCommitted()) {
                callback.failed(e);
            } else {
                response.reset();
                response.setStatus(504);
                callback.succeeded();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "an answer was cut short: " + e);
            callback.failed(e); // ends the connection or stream, so that nobody takes the body for whole
        } finally {
            free.release();
        }
        return true;
    }

    private void answer(Request request, Response response) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.merge(field.getName().toLowerCase(Locale.ROOT), value(field), (a, b) -> a + "," + b);
        }
        headers.put(
                "host",
                request.getHttpURI().getAuthority() == null
                        ? ""
                        : request.getHttpURI().getAuthority());
        headers.put(":scheme", request.isSecure() ? "https" : "http");
        @Nullable GatewayResponse answer;
        GatewayRequest asked;
        try {
            asked = GatewayRequest.of(
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    request.getHttpURI().getQuery(),
                    headers);
        } catch (IllegalArgumentException malformed) {
            response.setStatus(400);
            return;
        }
        if (request.getLength() > limits.bodyBytes()) {
            response.setStatus(413);
            return;
        }
        RequestClock clock =
                new RequestClock(System::nanoTime, HandlerAdapter::yield, limits.silence(), limits.request());
        request.addFailureListener(clock::leave);
        try (InputStream body = new BoundedInput(Content.Source.asInputStream(request), limits, System::nanoTime)) {
            answer = handler.handle(asked.withClient(clock), body);
        }
        if (answer == null) {
            response.setStatus(404);
            return;
        }
        write(answer, asked.method().equals("HEAD"), clock, response);
    }

    @SuppressWarnings("ThreadPriorityCheck") // handlers run on virtual threads, from which nothing takes the processor
    private static void yield() {
        Thread.yield();
    }

    private static String value(HttpField field) {
        return field.getValue() == null ? "" : field.getValue();
    }

    private static void write(GatewayResponse answer, boolean head, RequestClock clock, Response response)
            throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        boolean none = answer.status() == 304 || answer.status() == 204;
        if (answer.length() >= 0 && !none) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
        }
        if (head || none) {
            return;
        }
        OutputStream out = new BufferedOutputStream(clock.over(Content.Sink.asOutputStream(response)), BUFFER);
        answer.body().writeTo(out);
        out.flush();
    }
}
