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

/** HACK. */
public final class Http3Ports {
    private final LazyEngine engine;

    public Http3Ports(TransportFactory.Context context, QuicLimits limits) {
        engine = new LazyEngine(
                context.environment(),
                () -> new QuicEngine(
                        context.environment(),
                        context.identity(),
                        Libp2pCertificate.create(context.identity(), context.environment()),
                        limits,
                        Diagnostics.NONE));
    }

    public Port bind(InetSocketAddress local) throws IOException {
        return new Port(new SharedPort(engine.get().bind(local, List.of("h3"))));
    }

    public static final class Port {
        private final SharedPort port;

        Port(SharedPort port) {
            this.port = port;
        }

        public InetSocketAddress localAddress() {
            return port.port().localAddress();
        }

        public void accept(@Nullable QuicAcceptor acceptor) {
            port.port().acceptor(acceptor);
        }

        public QuicConnection connect(
                InetSocketAddress remote,
                Credentials credentials,
                Function<QuicConnection, Application> use,
                ResourceScope scope,
                Deadline deadline)
                throws IOException {
            return port.port().connect(remote, certificate -> credentials, use, scope, deadline);
        }

        public boolean retain() {
            return port.retain();
        }

        public void release() {
            port.release();
        }
    }
}
