package libp2p.http.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.failure.NetworkException;
import libp2p.http.HeadLimits;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 without TLS over connections of the environment, one for each request: for devices of the local network,
 * which may be simulated ones. Thread-safe.
 */
public final class TcpHttpClient implements HttpClient {
    private final Environment environment;
    private final InetSocketAddress server;
    private final HeadLimits limits;

    /** @param server its address, looked up already */
    public TcpHttpClient(Environment environment, InetSocketAddress server, HeadLimits limits) {
        this.environment = environment;
        this.server = server;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "http://" + authority();
    }

    private String authority() {
        InetAddress address = server.getAddress();
        String host = address.getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.getPort();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        try {
            byte[] bytes = HttpOverConnection.bytes(request, authority());
            TcpChannel channel = environment.network().connectTcp(null, server, deadline);
            return HttpOverConnection.send(request, bytes, new OneChannel(channel, deadline), limits);
        } catch (IOException | IllegalArgumentException e) {
            throw explained(e, deadline);
        }
    }

    private IOException explained(Exception e, Deadline deadline) {
        if (deadline.passed(environment)) {
            return new DeadlineExceededException("the answer of " + name() + " was not whole in time");
        }
        boolean retryable = e instanceof NetworkException known ? known.isRetryable() : e instanceof IOException;
        return new HttpRequestException(name() + ": " + e.getMessage(), 0, retryable, e);
    }

    private final class OneChannel implements HttpOverConnection.Connection {
        private final TcpChannel channel;
        private final Deadline deadline;
        private final @Nullable Timer timer;

        OneChannel(TcpChannel channel, Deadline deadline) {
            this.channel = channel;
            this.deadline = deadline;
            timer = deadline.isFinite()
                    ? environment.schedule(Math.max(0, deadline.remainingNanos(environment)), channel::close)
                    : null;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            channel.write(ByteBuffer.wrap(bytes));
        }

        @Override
        public void end(boolean whole) {
            if (timer != null) {
                timer.cancel();
            }
            channel.close();
        }

        @Override
        public IOException failed(IOException e) {
            return explained(e, deadline);
        }
    }

    /** Connections end with their responses: nothing is left to be closed. */
    @Override
    public void close() {}
}
