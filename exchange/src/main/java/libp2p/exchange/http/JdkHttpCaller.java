package libp2p.exchange.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 and HTTP/2 over TCP by the client of the JDK. Thread-safe. */
public final class JdkHttpCaller implements HttpCaller {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofHours(1);

    private final Environment environment;
    private final URI base;
    private final boolean publicOnly;
    private final HttpClient client;

    /**
     * A caller of one server.
     *
     * @param base scheme, host and port, and perhaps a path that all targets begin with
     * @param trust for servers with certificates of their own, or null for those that the JDK trusts
     */
    public JdkHttpCaller(Environment environment, URI base, @Nullable SSLContext trust) {
        this(environment, base, trust, false);
    }

    /**
     * A caller of a server that a stranger may have named.
     *
     * @param publicOnly whether the server is called only while its name stands for public addresses alone, so that a
     *     stranger cannot have this host call what only it can reach
     */
    public JdkHttpCaller(Environment environment, URI base, @Nullable SSLContext trust, boolean publicOnly) {
        if (base.getHost() == null || !List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
            throw new IllegalArgumentException(
                    "no URL of an HTTP server: " + MalformedException.quote(base.toString()));
        }
        this.environment = environment;
        this.base = base;
        this.publicOnly = publicOnly;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(task -> environment.start("http client", task));
        if (trust != null) {
            builder.sslContext(trust);
        }
        if (base.getScheme().equals("http")) {
            builder.version(HttpClient.Version.HTTP_1_1);
        }
        client = builder.build();
    }

    @Override
    public String name() {
        return base.toString();
    }

    @Override
    public HttpReply call(
            String method, String target, Map<String, String> headers, byte @Nullable [] body, Deadline deadline)
            throws IOException {
        if (publicOnly && HttpAddress.isNear(base, environment, deadline)) {
            throw new HttpException(name() + " is in a network that is not public", 0, false, null);
        }
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        URI uri = URI.create(base.getScheme() + "://" + base.getRawAuthority()
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + target);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(left(deadline))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while calling " + name());
        } catch (java.net.http.HttpTimeoutException e) {
            throw new HttpException(name() + " did not answer in time", 0, true, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new HttpException(name() + ": " + e, 0, true, e);
        }
        Map<String, String> got = new HashMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> got.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String encoding = got.getOrDefault("content-encoding", "identity");
        InputStream stream = new TimedBody(response.body(), deadline);
        if (!encoding.equalsIgnoreCase("identity")) {
            stream.close();
            throw new HttpException(
                    name() + " sends the encoding " + MalformedException.quote(encoding) + ", which nobody asked for",
                    response.statusCode(),
                    false,
                    null);
        }
        return new HttpReply(response.statusCode(), got, stream);
    }

    private Duration left(Deadline deadline) throws HttpException {
        if (!deadline.isFinite()) {
            return FOREVER;
        }
        long nanos = deadline.remainingNanos(environment);
        if (nanos <= 0) {
            throw new HttpException("no time is left to call " + name(), 0, true, null);
        }
        return Duration.ofNanos(nanos);
    }

    /** Ends the body when its time is over. */
    private final class TimedBody extends FilterInputStream {
        private final AtomicBoolean late = new AtomicBoolean();
        private final @Nullable Timer timer;

        TimedBody(InputStream in, Deadline deadline) {
            super(in);
            timer = deadline.isFinite()
                    ? environment.schedule(Math.max(0, deadline.remainingNanos(environment)), this::expire)
                    : null;
        }

        private void expire() {
            late.set(true);
            environment.start("http deadline", () -> {
                try {
                    in.close();
                } catch (IOException e) {
                    System.getLogger(JdkHttpCaller.class.getName())
                            .log(System.Logger.Level.DEBUG, () -> "closing a late answer: " + e);
                }
            });
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = super.read(target, offset, length);
                if (late.get()) {
                    throw tooLate();
                }
                return count;
            } catch (IOException e) {
                throw late.get() ? tooLate() : new HttpException(name() + ": " + e, 0, true, e);
            }
        }

        private IOException tooLate() {
            return new DeadlineExceededException("the answer of " + name() + " was not whole in time");
        }

        @Override
        public void close() throws IOException {
            if (timer != null) {
                timer.cancel();
            }
            super.close();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
