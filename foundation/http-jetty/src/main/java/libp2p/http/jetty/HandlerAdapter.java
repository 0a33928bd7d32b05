package libp2p.http.jetty;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.HeadLimits;
import libp2p.http.HttpHandler;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestClock;
import libp2p.http.RequestContext;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Carries requests and answers between Jetty and a handler, on the thread of the request. */
final class HandlerAdapter extends Handler.Abstract {
    private static final System.Logger LOG = System.getLogger(HandlerAdapter.class.getName());
    private static final int BUFFER = 1 << 16;

    /** Answers that clients are taking hold this part of the memory at most. */
    private static final int MEMORY_SHARE = 4;

    private final HttpHandler handler;
    private final HttpServerLimits limits;
    private final HeadDeadlines heads;
    private final @Nullable Tunnels tunnels;
    private final Places places;

    /** @param tunnels null if the server is no proxy */
    HandlerAdapter(
            HttpHandler handler,
            HttpServerLimits limits,
            HeadDeadlines heads,
            @Nullable Tunnels tunnels,
            LongSupplier clock) {
        this.handler = handler;
        this.limits = limits;
        this.heads = heads;
        this.tunnels = tunnels;
        long memory = Runtime.getRuntime().maxMemory() / MEMORY_SHARE;
        places = new Places(limits, memory, clock);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        heads.complete(request);
        if (request.getHeaders().size() > HeadLimits.DEFAULT.fields()) {
            response.setStatus(431);
            callback.succeeded();
            return true;
        }
        if (tunnels != null && Tunnels.isWanted(request)) {
            tunnels.open(request, response, callback);
            return true;
        }
        RequestClock work =
                new RequestClock(System::nanoTime, HandlerAdapter::yield, limits.silence(), limits.request());
        Places.Place place = places.take(address(request), work);
        if (place == null) {
            busy(response);
            callback.succeeded();
            return true;
        }
        try (place) {
            answer(request, response, work, place);
            callback.succeeded();
        } catch (DeadlineExceededException e) {
            if (response.isCommitted()) {
                callback.failed(e);
            } else {
                response.reset();
                response.getHeaders().put("Retry-After", "60");
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
                response.setStatus(504);
                callback.succeeded();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "an answer was cut short: " + e);
            if (place.isEnded() && !response.isCommitted()) {
                response.reset();
                busy(response);
                callback.succeeded();
                return true;
            }
            callback.failed(e); // ends the connection or stream, so that no client takes the body for whole
        }
        return true;
    }

    private static void busy(Response response) {
        response.setStatus(429);
        response.getHeaders().put("Retry-After", "60");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    private void answer(Request request, Response response, RequestClock clock, Places.Place place) throws IOException {
        HttpRequest asked = request(request);
        try {
            asked.path();
            asked.query();
        } catch (IllegalArgumentException malformed) {
            response.setStatus(400);
            return;
        }
        if (request.getLength() > limits.bodyBytes()) {
            response.setStatus(413);
            discard(request, place);
            return;
        }
        request.addFailureListener(clock::leave);
        HttpResponse answer;
        try (InputStream body = body(request, place)) {
            answer = handler.handle(asked.withBody(body).withContext(client(request, clock)));
        }
        boolean head = asked.method().equals("HEAD");
        if (!head && !place.hold(answer.memory())) {
            busy(response);
            return;
        }
        write(answer, head, clock, response, place);
    }

    private static TcpClient client(Request request, RequestClock clock) {
        return new TcpClient(clock, request.isSecure(), address(request));
    }

    private static @Nullable InetAddress address(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress ip
                ? ip.getAddress()
                : null;
    }

    private InputStream body(Request request, Places.Place place) {
        return new BoundedInput(new RequestInput(request, place), limits, System::nanoTime);
    }

    /**
     * Takes as much of a body that is too long as of one that is served: a client that still writes when the connection
     * is closed may lose the answer (RFC 9112, section 9.6). One that waits for the answer has nothing to be taken.
     */
    private void discard(Request request, Places.Place place) {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return;
        }
        try (InputStream body = body(request, place)) {
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException tooLongOrSlow) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a body was given up: " + tooLongOrSlow);
        }
    }

    private static HttpRequest request(Request request) {
        List<HttpHeaders.Field> fields = new ArrayList<>();
        for (HttpField field : request.getHeaders()) {
            if (!field.is("Host")) {
                fields.add(new HttpHeaders.Field(field.getName(), field.getValue() == null ? "" : field.getValue()));
            }
        }
        HttpURI uri = request.getHttpURI();
        fields.add(new HttpHeaders.Field("Host", uri.getAuthority() == null ? "" : uri.getAuthority()));
        String query = uri.getQuery();
        return new HttpRequest(
                request.getMethod(),
                query == null ? uri.getPath() : uri.getPath() + "?" + query,
                new HttpHeaders(fields));
    }

    /** A client over TCP, which has proven no id. */
    private record TcpClient(
            RequestClock clock, boolean isSecure, @Nullable InetAddress address) implements RequestContext {
        @Override
        public void check() throws IOException {
            clock.check();
        }

        @Override
        public void whenLeft(Runnable action) {
            clock.whenLeft(action);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // handlers run on virtual threads, from which nothing takes the processor
    private static void yield() {
        Thread.yield();
    }

    private static void write(
            HttpResponse answer, boolean head, RequestClock clock, Response response, Places.Place place)
            throws IOException {
        response.setStatus(answer.status());
        answer.headers().fields().forEach(field -> response.getHeaders().add(field.name(), field.value()));
        boolean none = answer.status() == 304 || answer.status() == 204;
        if (answer.length() >= 0 && !none) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
        }
        if (head || none) {
            return;
        }
        OutputStream out = new BufferedOutputStream(clock.over(new ResponseOutput(response, place)), BUFFER);
        answer.body().writeTo(out);
        out.flush();
    }
}
