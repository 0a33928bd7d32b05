package libp2p.http.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import libp2p.http.HttpHandler;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Serves handlers over TCP: HTTP/1.1, and HTTP/2 by ALPN over TLS or with prior knowledge in clear text. Handlers run
 * on virtual threads. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
    /** Threads that read and accept; handlers have threads of their own. */
    private static final int THREADS = 16;
    /** Threads that stay when there is nothing to do: one that accepts, one that reads, and one more. */
    private static final int IDLE_THREADS = 3;

    private static final int THREAD_IDLE = 60_000;

    private final Server server;
    private final ServerConnector connector;
    private final InetAddress address;
    private final boolean secure;

    private HttpServer(Server server, ServerConnector connector, InetAddress address, boolean secure) {
        this.server = server;
        this.connector = connector;
        this.address = address;
        this.secure = secure;
    }

    /**
     * Starts a server.
     *
     * @param address where to listen; port 0 for any free one
     * @param tls certificate and key, or null for clear text
     * @throws IOException if it cannot listen there
     */
    public static HttpServer start(
            InetSocketAddress address, @Nullable SSLContext tls, HttpHandler handler, HttpServerLimits limits)
            throws IOException {
        return start(address, tls, handler, limits, null, System::nanoTime);
    }

    /**
     * Starts a server that is also a proxy for its own names: HTTP CONNECT leads to them and to the address that a client
     * has connected to, and is refused with 403 for all else.
     *
     * @param names whether a host in lower case, without port, is a name of this server
     * @throws IOException if it cannot listen there
     */
    public static HttpServer start(
            InetSocketAddress address,
            @Nullable SSLContext tls,
            HttpHandler handler,
            HttpServerLimits limits,
            Predicate<String> names)
            throws IOException {
        return start(address, tls, handler, limits, names, System::nanoTime);
    }

    /** @param clock nanoseconds for which clients have their requests wait */
    static HttpServer start(
            InetSocketAddress address,
            @Nullable SSLContext tls,
            HttpHandler handler,
            HttpServerLimits limits,
            @Nullable Predicate<String> names,
            LongSupplier clock)
            throws IOException {
        // No reserved threads and a queue of the JDK: those of Jetty start the platform's management, with the flight
        // recorder's, which takes some megabytes.
        QueuedThreadPool threads =
                new QueuedThreadPool(THREADS, IDLE_THREADS, THREAD_IDLE, 0, new LinkedBlockingQueue<>(), null);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Server server = new Server(threads);
        HeadDeadlines heads = new HeadDeadlines(server.getScheduler(), limits);
        ConnectionFactory[] factories = factories(tls, limits);
        ServerConnector connector = new ServerConnector(server, 1, 1, factories) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                SocketChannelEndPoint endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
                    @Override
                    public int fill(ByteBuffer buffer) throws IOException {
                        int count = super.fill(buffer);
                        heads.filled(this, count);
                        return count;
                    }
                };
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(limits.idle().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), server));
        connector.addBean(heads);
        Tunnels tunnels = names == null ? null : new Tunnels(names, http(factories));
        server.setHandler(new HandlerAdapter(handler, limits, heads, tunnels, clock));
        server.setStopTimeout(0);
        boolean started = false;
        try {
            server.start();
            started = true;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the HTTP server cannot start on " + address + ": " + e.getMessage(), e);
        } finally {
            if (!started) {
                stop(server);
            }
        }
        return new HttpServer(server, connector, address.getAddress(), tls != null);
    }

    private static ConnectionFactory[] factories(@Nullable SSLContext tls, HttpServerLimits limits) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setRequestHeaderSize(limits.headerBytes());
        configuration.setHttpCompliance(HttpCompliance.RFC9110);
        configuration.setUriCompliance(
                UriCompliance.UNSAFE); // names of files may hold anything; paths are checked behind
        configuration.setMinResponseDataRate(limits.slowest());
        List<ConnectionFactory> factories = new ArrayList<>();
        AbstractHTTP2ServerConnectionFactory second;
        if (tls == null) {
            factories.add(new HttpConnectionFactory(configuration));
            second = new HTTP2CServerConnectionFactory(configuration);
        } else {
            configuration.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server context = new SslContextFactory.Server();
            context.setSslContext(tls);
            ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
            alpn.setDefaultProtocol("http/1.1");
            factories.add(new SslConnectionFactory(context, alpn.getProtocol()));
            factories.add(alpn);
            second = new HTTP2ServerConnectionFactory(configuration);
            factories.add(new HttpConnectionFactory(configuration));
        }
        second.setMaxConcurrentStreams(limits.streams());
        second.setStreamIdleTimeout(limits.idle().toMillis());
        factories.add(factories.size() == 1 ? 1 : 2, second);
        return factories.toArray(ConnectionFactory[]::new);
    }

    private static ConnectionFactory http(ConnectionFactory[] factories) {
        return Arrays.stream(factories)
                .filter(HttpConnectionFactory.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    /** The address it listens on. */
    public InetAddress address() {
        return address;
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** The URL without a slash at its end. */
    public String url() {
        String host = connector.getHost();
        return (secure ? "https://" : "http://") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port();
    }

    /** Ends the server and all its connections. Idempotent. */
    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            System.getLogger(HttpServer.class.getName())
                    .log(System.Logger.Level.WARNING, "the HTTP server did not stop cleanly: " + e.getMessage());
        }
    }
}
