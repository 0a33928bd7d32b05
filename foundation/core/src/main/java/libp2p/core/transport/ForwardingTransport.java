package libp2p.core.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A transport on top of another, which does everything that a subclass does not. Thread-safe as the other is. */
public abstract class ForwardingTransport implements Transport {
    /** The transport below. */
    protected final Transport inner;

    /** @param inner does everything that a subclass does not; closed with this one */
    protected ForwardingTransport(Transport inner) {
        this.inner = inner;
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
        return inner.listen(address, inbound);
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
        return inner.dial(address, request);
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
}
