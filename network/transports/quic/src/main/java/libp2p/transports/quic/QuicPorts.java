package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import libp2p.core.environment.Deadline;
import libp2p.core.host.TransportFactory;
import libp2p.core.resource.ResourceScope;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import org.jspecify.annotations.Nullable;

/** UDP ports on which another application protocol than libp2p's own is spoken over QUIC. Thread-safe. */
public final class QuicPorts {
    private final List<String> protocols;
    private final LazyEngine engine;

    /**
     * Ports of one host; nothing is loaded before the first is bound.
     *
     * @param protocol of the application, as TLS names it (ALPN)
     */
    public QuicPorts(TransportFactory.Context context, QuicLimits limits, String protocol) {
        protocols = List.of(protocol);
        engine = new LazyEngine(
                context.environment(),
                () -> new QuicEngine(
                        context.environment(),
                        context.identity(),
                        Libp2pCertificate.create(context.identity(), context.environment()),
                        limits,
                        Diagnostics.NONE));
    }

    /**
     * Binds a port, which has one use then.
     *
     * @throws java.net.BindException if the address is in use
     */
    public Port bind(InetSocketAddress local) throws IOException {
        return new Port(new SharedPort(engine.get().bind(local, protocols)));
    }

    /** A port with its uses, of which the last one to be released closes it. Thread-safe. */
    public static final class Port {
        private final SharedPort shared;

        private Port(SharedPort shared) {
            this.shared = shared;
        }

        /** The bound address. */
        public InetSocketAddress localAddress() {
            return shared.port().localAddress();
        }

        /** Has connections accepted from now on, or no more if null. */
        public void acceptor(@Nullable QuicAcceptor acceptor) {
            shared.port().acceptor(acceptor);
        }

        /**
         * Connects; blocks until streams can be opened.
         *
         * @param use makes what is done with the streams
         * @param scope to which the connection is charged
         * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
         */
        public QuicConnection connect(
                InetSocketAddress remote,
                Credentials credentials,
                Function<QuicConnection, Application> use,
                ResourceScope scope,
                Deadline deadline)
                throws IOException {
            QuicConnection connection = shared.port().begin(remote, credentials, use, scope);
            connection.awaitHandshake(deadline);
            return connection;
        }

        /** Whether datagrams from this port can get to the remote. */
        public boolean reaches(InetSocketAddress remote) {
            return shared.reaches(remote.getAddress());
        }

        /** Counts one more use; false if the port is closed already. */
        public boolean retain() {
            return shared.retain();
        }

        /** Ends one use. */
        public void release() {
            shared.release();
        }
    }
}
