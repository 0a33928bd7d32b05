package libp2p.nat.relay;

import java.io.IOException;
import libp2p.core.connection.Stream;
import libp2p.core.host.Registration;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Hands connections that come through relays to the host. Thread-safe. */
final class CircuitListener implements Listener {
    private final Multiaddr address;
    private final ConnectionAcceptor inbound;
    private final Upgrader upgrader;
    private final RelayClient client;
    private volatile @Nullable Registration reservation;
    private volatile boolean closed;

    CircuitListener(Multiaddr address, ConnectionAcceptor inbound, Upgrader upgrader, RelayClient client) {
        this.address = address;
        this.inbound = inbound;
        this.upgrader = upgrader;
        this.client = client;
    }

    /** The reservation that lasts as long as this listener. */
    void holds(Registration value) {
        reservation = value;
    }

    @Override
    public Multiaddr address() {
        return address;
    }

    /** Asks the host whether the connection may come about. */
    ConnectionScope admit(Multiaddr local, Multiaddr remote) throws IOException {
        return inbound.admit(local, remote, false);
    }

    /** Tells the host that an admitted connection does not come about. */
    void failed(Multiaddr local, Multiaddr remote, ConnectionScope scope, Throwable cause) {
        scope.close();
        inbound.failed(local, remote, scope, cause);
    }

    /** Secures the connection and hands it over; stream and scope are taken over; blocks. */
    void serve(CircuitConnection circuit, ConnectionScope scope) {
        Stream stream = circuit.stream();
        stream.detach();
        TransportConnection connection;
        try {
            connection = upgrader.inbound(
                    CircuitTransport.NAME, new ThreadedReads(client.host().environment(), circuit), scope);
        } catch (IOException | RuntimeException | Error e) {
            circuit.close();
            failed(circuit.localAddress(), circuit.remoteAddress(), scope, e);
            return;
        }
        inbound.accept(connection);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        client.remove(this);
        Registration held = reservation;
        if (held != null) {
            held.close();
        }
    }
}
