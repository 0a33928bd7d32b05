package libp2p.swarm.memory;

import java.io.IOException;
import java.net.ConnectException;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A port of a memory network that takes connections. */
final class MemoryListener implements Listener {
    private final MemoryNetwork network;
    private final Environment environment;
    private final Upgrader upgrader;
    private final ConnectionAcceptor inbound;
    private final Consumer<MemoryListener> closedAction;
    private volatile boolean closed;
    private long port;

    MemoryListener(
            MemoryNetwork network,
            Environment environment,
            Upgrader upgrader,
            ConnectionAcceptor inbound,
            Consumer<MemoryListener> closedAction) {
        this.network = network;
        this.environment = environment;
        this.upgrader = upgrader;
        this.inbound = inbound;
        this.closedAction = closedAction;
    }

    void bind(long wanted) throws IOException {
        port = network.bind(wanted, this);
    }

    /** Takes the listening end of a connection; called by the dialer. */
    void accept(MemoryConnection raw) throws IOException {
        ConnectionScope scope;
        try {
            scope = inbound.admit(raw.localAddress(), raw.remoteAddress(), false);
        } catch (IOException refused) {
            raw.close();
            throw new ConnectException("connection refused: " + raw.localAddress());
        }
        ThreadedReads read = new ThreadedReads(environment, raw);
        environment.start(
                "upgrade " + raw.remoteAddress(),
                () -> inbound.accept(read, scope, () -> upgrader.inbound("memory", read, scope)));
    }

    @Override
    public Multiaddr address() {
        return MemoryTransport.address(port);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.unbind(port, this);
            closedAction.accept(this);
        }
    }
}
