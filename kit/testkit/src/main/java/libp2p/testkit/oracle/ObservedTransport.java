package libp2p.testkit.oracle;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A transport whose connections are heard by a {@link Wiretap}. */
final class ObservedTransport implements Transport {
    private final Transport inner;
    private final Wiretap tap;

    private ObservedTransport(Transport inner, Wiretap tap) {
        this.inner = inner;
        this.tap = tap;
    }

    static TransportFactory factory(TransportFactory inner, Wiretap tap) {
        return context -> new ObservedTransport(inner.create(context), tap);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return inner.canDial(address);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return inner.canListen(address);
    }

    @Override
    public List<Multiaddr> resolve(Multiaddr address) {
        return inner.resolve(address);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        return inner.listen(address, new Acceptor(inbound, tap));
    }

    @Override
    public boolean usesUpgrader() {
        return inner.usesUpgrader();
    }

    @Override
    public boolean takesDescriptor(Multiaddr address) {
        return inner.takesDescriptor(address);
    }

    @Override
    public void prepare(Multiaddr address) throws IOException {
        inner.prepare(address);
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        return tap.observe(inner.dial(address, request));
    }

    @Override
    public void punch(Multiaddr address, Deadline until) throws IOException {
        inner.punch(address, until);
    }

    @Override
    public boolean punches(Multiaddr address) {
        return inner.punches(address);
    }

    @Override
    public void expectPunch(InetAddress from, PeerId peer, Deadline until) {
        inner.expectPunch(from, peer, until);
    }

    @Override
    public void close() {
        inner.close();
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
