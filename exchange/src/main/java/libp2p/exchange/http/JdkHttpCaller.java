package libp2p.exchange.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
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
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 and HTTP/2 over TCP by the client of the JDK. A server that a stranger has named is looked up once for a
 * call, and called by HTTP/1.1 at the address that was found to be public, even if its name stands for another one
 * later: the client must let the caller say the {@code Host}, for which the first use of this class sets a property of
 * the JDK ({@code jdk.httpclient.allowRestrictedHeaders}). Where the client was in use before, it looks the name up
 * again itself, in the memory of the JDK. Thread-safe.
 */
public final class JdkHttpCaller implements HttpCaller {
    private static final boolean SAYS_HOST = allowHost();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofHours(1);

    private final Environment environment;
    private final URI base;
    /** The addresses that are not called; null for a server that the owner of this host has named. */
    private final @Nullable Predicate<InetAddress> near;

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
        this(environment, base, trust, publicOnly ? HttpAddress::isNear : null);
    }

    JdkHttpCaller(
            Environment environment, URI base, @Nullable SSLContext trust, @Nullable Predicate<InetAddress> near) {
        if (base.getHost() == null || !List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
            throw new IllegalArgumentException(
                    "no URL of an HTTP server: " + MalformedException.quote(base.toString()));
        }
        this.environment = environment;
        this.base = base;
        this.near = near;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(task -> environment.start("http client", task));
        if (trust != null) {
            builder.sslContext(trust);
        }
        if (base.getScheme().equals("http") || near != null) {
            builder.version(HttpClient.Version.HTTP_1_1);
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
            HttpRequest.newBuilder().header("Host", "localhost");
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
    public HttpReply call(
            String method, String target, Map<String, String> headers, byte @Nullable [] body, Deadline deadline)
            throws IOException {
        String authority = base.getRawAuthority();
        InetAddress address = near == null ? null : checked(near, deadline);
        if (address != null && SAYS_HOST) {
            authority = literal(address) + (base.getPort() < 0 ? "" : ":" + base.getPort());
        }
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        URI uri = URI.create(base.getScheme() + "://" + authority
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + target);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(left(deadline))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        if (address != null && SAYS_HOST) {
            request.setHeader("Host", base.getRawAuthority());
        }
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

    private InetAddress checked(Predicate<InetAddress> near, Deadline deadline) throws IOException {
        List<InetAddress> addresses = HttpAddress.addressesUnlessNear(base, environment, deadline, near);
        if (addresses.isEmpty()) {
            throw new HttpException(name() + " is in a network that is not public", 0, false, null);
        }
        return addresses.getFirst();
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
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
