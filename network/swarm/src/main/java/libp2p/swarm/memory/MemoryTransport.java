package libp2p.swarm.memory;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.environment.Environment;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/** Dials and listens on a {@link MemoryNetwork}. */
final class MemoryTransport implements Transport {
    private final MemoryNetwork network;
    private final Environment environment;
    private final Upgrader upgrader;
    private final Set<MemoryListener> listeners = ConcurrentHashMap.newKeySet();

    MemoryTransport(MemoryNetwork network, Environment environment, Upgrader upgrader) {
        this.network = network;
        this.environment = environment;
        this.upgrader = upgrader;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean usesUpgrader() {
        return true;
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return address.components().size() == 1 && address.has(Protocol.MEMORY);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return canDial(address);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        MemoryListener listener = new MemoryListener(network, environment, upgrader, inbound, listeners::remove);
        listener.bind(port(address));
        listeners.add(listener);
        return listener;
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        MemoryListener listener = network.at(port(address));
        if (listener == null) {
            throw new ConnectException("connection refused: " + address);
        }
        MemoryPipe there = new MemoryPipe(environment);
        MemoryPipe back = new MemoryPipe(environment);
        Multiaddr local = address(network.ephemeralPort());
        MemoryConnection dialed = new MemoryConnection(back, there, local, address);
        listener.accept(new MemoryConnection(there, back, address, local));
        request.progress().transportConnected();
        return upgrader.outbound(name(), new ThreadedReads(environment, dialed), request);
    }

    static Multiaddr address(long port) {
        return Multiaddr.EMPTY.with(Protocol.MEMORY, Long.toUnsignedString(port));
    }

    private static long port(Multiaddr address) {
        return Long.parseUnsignedLong(String.valueOf(address.value(Protocol.MEMORY)));
    }

    @Override
    public void close() {
        listeners.forEach(MemoryListener::close);
    }
}
