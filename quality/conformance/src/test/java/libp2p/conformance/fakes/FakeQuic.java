package libp2p.conformance.fakes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.connection.ConnectionState;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.MuxedTransportConnection;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * The shape of a transport that brings security and streams itself: it hands finished connections in, holds no
 * descriptor per connection, dials from the socket it listens on, and punches holes. Only compiled.
 */
final class FakeQuic implements Transport {
    /** The work of an engine. */
    interface Engine {
        MuxedConnection dial(UdpSocket socket, InetSocketAddress remote, DialRequest request) throws IOException;

        void serve(UdpSocket socket, java.util.function.Consumer<MuxedConnection> accepted);

        PublicKey remoteKey(MuxedConnection connection);
    }

    private final TransportFactory.Context context;
    private final UdpSocket socket;
    private final Engine engine;

    FakeQuic(TransportFactory.Context context, UdpSocket socket, Engine engine) {
        this.context = context;
        this.socket = socket;
        this.engine = engine;
    }

    @Override
    public String name() {
        return "quic";
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return address.has(Protocol.QUIC_V1);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return canDial(address);
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        InetSocketAddress remote = new InetSocketAddress(address.ip(), address.port());
        MuxedConnection muxed = engine.dial(socket, remote, request);
        return wrap(muxed, address, Direction.OUTBOUND, request.scope());
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) {
        engine.serve(socket, muxed -> {
            try {
                inbound.accept(wrap(muxed, address, Direction.INBOUND, inbound.admit(address, address, false)));
            } catch (IOException refused) {
                muxed.close(0x1001, "refused");
            }
        });
        return new Listener() {
            @Override
            public Multiaddr address() {
                return address;
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    @Override
    public void punch(Multiaddr address, Deadline until) throws IOException {
        InetSocketAddress remote = new InetSocketAddress(address.ip(), address.port());
        while (!until.passed(context.environment())) {
            socket.send(ByteBuffer.allocate(64), remote);
            context.environment().park(this, until);
        }
    }

    private TransportConnection wrap(
            MuxedConnection muxed, Multiaddr address, Direction direction, ConnectionScope scope) {
        ConnectionState state = new ConnectionState(name(), "", "", false, true, null);
        return new MuxedTransportConnection(muxed, engine.remoteKey(muxed), address, address, direction, state, scope);
    }

    @Override
    public void close() {
        socket.close();
    }
}
