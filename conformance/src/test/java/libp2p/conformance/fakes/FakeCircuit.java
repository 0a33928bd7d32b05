package libp2p.conformance.fakes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.BlockingConnection;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;

/**
 * The shape of a relay client: a stream to the relay becomes a raw connection with limits, and the handler that took the
 * stream returns while the connection lives on. Only compiled; the relay itself comes with module {@code nat}.
 */
final class FakeCircuit implements Transport {
    private static final String STOP = "/fake/stop/1.0.0";

    private final Host host;
    private final Upgrader upgrader;

    FakeCircuit(Host host, Upgrader upgrader) {
        this.host = host;
        this.upgrader = upgrader;
    }

    @Override
    public String name() {
        return "circuit";
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return address.has(Protocol.P2P_CIRCUIT);
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return canDial(address);
    }

    @Override
    public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
        PeerAddress relay = PeerAddress.of(address.decapsulate(Protocol.P2P_CIRCUIT));
        Stream hop = host.open(relay, DialOptions.DEFAULT.withAllowLimited(), "/fake/hop/1.0.0");
        request.progress().transportConnected();
        return upgrader.outbound(name(), new ThreadedReads(host.environment(), new Circuit(hop, address)), request);
    }

    @Override
    public Listener listen(Multiaddr address, ConnectionAcceptor inbound) {
        Registration stop = host.handle(STOP, HandlerOptions.DEFAULT.withAllowLimited(true), stream -> {
            ConnectionScope scope = inbound.admit(address, address, false);
            stream.detach(); // the circuit owns it from here
            inbound.accept(upgrader.inbound(
                    name(), new ThreadedReads(host.environment(), new Circuit(stream, address)), scope));
        });
        return new Listener() {
            @Override
            public Multiaddr address() {
                return address;
            }

            @Override
            public void close() {
                stop.close();
            }
        };
    }

    /** A stream as a raw connection that a relay limits. */
    private record Circuit(Stream stream, Multiaddr address) implements BlockingConnection {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return stream.read(target);
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            stream.write(source);
        }

        @Override
        public Multiaddr localAddress() {
            return address;
        }

        @Override
        public Multiaddr remoteAddress() {
            return address;
        }

        @Override
        public boolean portReused() {
            return false;
        }

        @Override
        public ConnectionLimits limits() {
            return new ConnectionLimits(Duration.ofMinutes(2), 128 * 1024);
        }

        @Override
        public void close() {
            stream.reset(0);
        }
    }

    @Override
    public void close() {}

    /** What a service does when a direct connection has come: the relayed one is no longer wanted. */
    static boolean upgraded(Host host, PeerId peer) throws IOException {
        var direct = host.connect(PeerAddress.of(peer), DialOptions.DEFAULT.withForceDirect());
        return !direct.isLimited();
    }
}
