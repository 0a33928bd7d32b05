package libp2p.nat.relay;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;

/**
 * Connections through relays as a transport. It dials {@code /…/p2p/RELAY/p2p-circuit}; it listens on the same, which
 * reserves a place at that relay, and on {@code /p2p-circuit}, which takes connections through relays where places were
 * reserved otherwise.
 */
final class CircuitTransport implements Transport {
    static final String NAME = "circuit";

    private final RelayClient client;
    private final Upgrader upgrader;
    private final List<CircuitListener> listeners = new CopyOnWriteArrayList<>();

    CircuitTransport(RelayClient client, Upgrader upgrader) {
        this.client = client;
        this.upgrader = upgrader;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean usesUpgrader() {
        return true;
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return Circuits.isDialable(address);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return address.equals(Circuits.ANY) || Circuits.isDialable(address);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) throws IOException {
        CircuitListener listener = new CircuitListener(address, inbound, upgrader, client);
        boolean done = false;
        client.add(listener);
        listeners.removeIf(CircuitListener::isClosed);
        listeners.add(listener);
        try {
            PeerAddress relay = Circuits.relay(address);
            if (relay != null) {
                listener.holds(client.reserveNow(relay));
            }
            done = true;
            return listener;
        } finally {
            if (!done) {
                listener.close();
            }
        }
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        PeerAddress relay = Circuits.relay(address);
        PeerId target = request.expectedPeer();
        if (relay == null || target == null || target.equals(relay.peer())) {
            throw new DialRefusedException("a circuit needs a relay and another peer behind it: " + address, false);
        }
        CircuitConnection circuit = HopHandshake.connect(client.host(), relay, target, address, request.deadline());
        request.progress().transportConnected();
        return upgrader.outbound(NAME, new ThreadedReads(client.host().environment(), circuit), request);
    }

    @Override
    public void close() {
        listeners.forEach(CircuitListener::close);
    }
}
