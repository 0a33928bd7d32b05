package libp2p.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import libp2p.core.buffer.BulkInput;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 and HTTP/2 over TCP by the client of the JDK. A server that a stranger has named is looked up once for a
 * call, and called by HTTP/1.1 at the address that was found to be public, even if its name stands for another one
 * later: the client must let the caller say the {@code Host}, for which the first use of this class sets a property of
 * the JDK ({@code jdk.httpclient.allowRestrictedHeaders}). Where the client was in use before, it looks the name up
 * again itself, in the memory of the JDK. Thread-safe.
 */
public final class JdkHttpClient implements HttpClient {
    private static final boolean SAYS_HOST = allowHost();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofHours(1);

    private final Environment environment;
    private final URI base;
    /** The addresses that are not called; null for a server that the owner of this host has named. */
    private final @Nullable Predicate<InetAddress> near;

    private final java.net.http.HttpClient client;

    /**
     * A client of one server.
     *
     * @param base scheme, host and port, and perhaps a path that all targets begin with
     * @param trust for servers with certificates of their own, or null for those that the JDK trusts
     */
    public JdkHttpClient(Environment environment, URI base, @Nullable SSLContext trust) {
        this(environment, base, trust, false);
    }

    /**
     * A client of a server that a stranger may have named.
     *
     * @param publicOnly whether the server is called only while its name stands for public addresses alone, so that a
     *     stranger cannot have this host call what only it can reach
     */
    public JdkHttpClient(Environment environment, URI base, @Nullable SSLContext trust, boolean publicOnly) {
        this(environment, base, trust, publicOnly ? HttpAddress::isNear : null);
    }

    JdkHttpClient(
            Environment environment, URI base, @Nullable SSLContext trust, @Nullable Predicate<InetAddress> near) {
        if (base.getHost() == null || !List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
            throw new IllegalArgumentException(
                    "no URL of an HTTP server: " + MalformedException.quote(base.toString()));
        }
        this.environment = environment;
        this.base = base;
        this.near = near;
        java.net.http.HttpClient.Builder builder = java.net.http.HttpClient.newBuilder()
                .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(task -> environment.start("http client", task));
        if (trust != null) {
            builder.sslContext(trust);
        }
        if (base.getScheme().equals("http") || near != null) {
            builder.version(java.net.http.HttpClient.Version.HTTP_1_1);
        }
        if (near != null && !HttpAddress.isLiteral(base.getHost())) {
            SSLParameters name = new SSLParameters();
            name.setServerNames(List.of(new SNIHostName(base.getHost())));
            builder.sslParameters(name);
        }
        client = builder.build();
    }

    /** Has the client of the JDK take a {@code Host}; false if it has been loaded before and does not. */
    private static boolean allowHost() {
        String property = "jdk.httpclient.allowRestrictedHeaders";
        String before = System.getProperty(property);
        System.setProperty(property, before == null ? "host" : before + ",host");
        try {
            java.net.http.HttpRequest.newBuilder().header("Host", "localhost");
            return true;
        } catch (IllegalArgumentException restricted) {
            return false;
        }
    }

    @Override
    public String name() {
        return base.toString();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        byte[] body = request.body().readAllBytes();
        String authority = base.getRawAuthority();
        InetAddress address = near == null ? null : checked(near, deadline);
        if (address != null && SAYS_HOST) {
            authority = literal(address) + (base.getPort() < 0 ? "" : ":" + base.getPort());
        }
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        URI uri = URI.create(base.getScheme() + "://" + authority
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + request.target());
        java.net.http.HttpRequest.Builder builder = java.net.http.HttpRequest.newBuilder(uri)
                .timeout(left(deadline))
                .method(
                        request.method(),
                        body.length == 0
                                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                                : java.net.http.HttpRequest.BodyPublishers.ofByteArray(body));
        request.headers().fields().forEach(field -> builder.setHeader(field.name(), field.value()));
        if (address != null && SAYS_HOST) {
            builder.setHeader("Host", base.getRawAuthority());
        }
        java.net.http.HttpResponse<InputStream> response;
        try {
            response = client.send(builder.build(), java.net.http.HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while calling " + name());
        } catch (java.net.http.HttpTimeoutException e) {
            throw new HttpRequestException(name() + " did not answer in time", 0, true, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new HttpRequestException(name() + ": " + e, 0, true, e);
        }
        List<HttpHeaders.Field> fields = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> fields.add(new HttpHeaders.Field(name, value))));
        HttpHeaders headers = new HttpHeaders(fields);
        String encoding = headers.getOrDefault("Content-Encoding", "identity");
        InputStream stream = new TimedBody(response.body(), deadline);
        if (!encoding.equalsIgnoreCase("identity")) {
            stream.close();
            throw new HttpRequestException(
                    name() + " sends the encoding " + MalformedException.quote(encoding) + ", which was not asked for",
                    response.statusCode(),
                    false,
                    null);
        }
        return new HttpClientResponse(response.statusCode(), headers, stream);
    }

    private InetAddress checked(Predicate<InetAddress> near, Deadline deadline) throws IOException {
        List<InetAddress> addresses = HttpAddress.addressesUnlessNear(base, environment, deadline, near);
        if (addresses.isEmpty()) {
            throw new HttpRequestException(name() + " is in a network that is not public", 0, false, null);
        }
        return addresses.getFirst();
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    private Duration left(Deadline deadline) throws HttpRequestException {
        if (!deadline.isFinite()) {
            return FOREVER;
        }
        long nanos = deadline.remainingNanos(environment);
        if (nanos <= 0) {
            throw new HttpRequestException("no time is left to call " + name(), 0, true, null);
        }
        return Duration.ofNanos(nanos);
    }

    /** Ends the body when its time is over. */
    private final class TimedBody extends BulkInput {
        private final InputStream in;
        private final AtomicBoolean late = new AtomicBoolean();
        private final @Nullable Timer timer;

        TimedBody(InputStream in, Deadline deadline) {
            this.in = in;
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
                    System.getLogger(JdkHttpClient.class.getName())
                            .log(System.Logger.Level.DEBUG, () -> "closing a late answer: " + e);
                }
            });
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = in.read(target, offset, length);
                if (late.get()) {
                    throw tooLate();
                }
                return count;
            } catch (IOException e) {
                throw late.get() ? tooLate() : new HttpRequestException(name() + ": " + e, 0, true, e);
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
            in.close();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
