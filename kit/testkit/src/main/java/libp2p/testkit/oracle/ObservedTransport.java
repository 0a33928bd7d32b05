package libp2p.testkit.oracle;

import java.io.IOException;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.ForwardingTransport;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A transport whose connections are heard by a {@link Wiretap}. */
final class ObservedTransport extends ForwardingTransport {
    private final Wiretap tap;

    private ObservedTransport(Transport inner, Wiretap tap) {
        super(inner);
        this.tap = tap;
    }

    static TransportFactory factory(TransportFactory inner, Wiretap tap) {
        return context -> new ObservedTransport(inner.create(context), tap);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        return inner.listen(address, new Acceptor(inbound, tap));
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        return tap.observe(inner.dial(address, request));
    }

    /** Hands observed connections to the host. */
    private record Acceptor(ConnectionAcceptor inner, Wiretap tap) implements ConnectionAcceptor {
        @Override
        public ConnectionScope admit(Multiaddr local, Multiaddr remote, boolean descriptor) throws IOException {
            return inner.admit(local, remote, descriptor);
        }

        @Override
        public @Nullable ConnectionScope unproved(Multiaddr remote) {
            return inner.unproved(remote);
        }

        @Override
        public void admit(Multiaddr local, Multiaddr remote, ConnectionScope unproved) throws IOException {
            inner.admit(local, remote, unproved);
        }

        @Override
        public void forwarded(Multiaddr local, Multiaddr remote, ConnectionScope scope) throws IOException {
            inner.forwarded(local, remote, scope);
        }

        @Override
        public void moved(Multiaddr local, Multiaddr remote, PeerId peer, ConnectionScope scope) throws IOException {
            inner.moved(local, remote, peer, scope);
        }

        @Override
        public void accept(TransportConnection connection) {
            inner.accept(tap.observe(connection));
        }

        @Override
        public void failed(Multiaddr local, Multiaddr remote, ConnectionScope scope, Throwable cause) {
            inner.failed(local, remote, scope, cause);
        }

        @Override
        public void diverted(ConnectionScope scope) {
            inner.diverted(scope);
        }
    }
}
