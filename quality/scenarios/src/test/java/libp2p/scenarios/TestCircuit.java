package libp2p.scenarios;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.BlockingConnection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.Listener;
import libp2p.core.transport.ThreadedReads;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.testkit.TestNode;
import org.jspecify.annotations.Nullable;

/**
 * Circuits through a relay, with a protocol of a few bytes: the transport of a host and, installed as a service, the
 * relay itself. It stands in for relay v2 where only dialing matters.
 */
final class TestCircuit implements HostService, TransportFactory {
    private static final String HOP = "/test/hop/1";
    private static final String STOP = "/test/stop/1";

    /** The default limits of relay v2. */
    static final ConnectionLimits USUAL = new ConnectionLimits(Duration.ofMinutes(2), 128 << 10);

    private final @Nullable ConnectionLimits limits;
    private final AtomicInteger hops = new AtomicInteger();
    private @Nullable Host host;

    /** @param limits of circuits, or null for none */
    TestCircuit(@Nullable ConnectionLimits limits) {
        this.limits = limits;
    }

    /** The address of the host that listens through a relay. */
    static Multiaddr through(TestNode relay) {
        return Multiaddr.parse(
                relay.host().addresses().getFirst() + "/p2p/" + relay.id() + "/" + Protocol.P2P_CIRCUIT.label());
    }

    /** How many circuits this relay was asked for. */
    int hops() {
        return hops.get();
    }

    @Override
    public void start(Host value) {
        host = value;
        value.handle(HOP, this::relay);
    }

    private Host host() {
        return Objects.requireNonNull(host, "the service is not installed");
    }

    private void relay(Stream hop) throws IOException {
        hops.incrementAndGet();
        PeerId target = PeerId.fromBytes(readId(hop));
        DialOptions options = DialOptions.DEFAULT.withNoDial().withAllowLimited();
        Stream stop = host().open(PeerAddress.of(target), options, STOP);
        writeId(stop, hop.connection().remotePeer());
        hop.write(new byte[] {1});
        host().environment().start("relay", () -> pass(stop, hop));
        pass(hop, stop);
    }

    private static void pass(Stream from, Stream to) {
        try {
            from.input().transferTo(to.output());
            to.closeWrite();
        } catch (IOException ended) {
            from.reset(0);
            to.reset(0);
        }
    }

    private static byte[] readId(Stream stream) throws IOException {
        return readFully(stream, readFully(stream, 1)[0]);
    }

    private static byte[] readFully(Stream stream, int count) throws IOException {
        byte[] bytes = stream.input().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the relay hung up");
        }
        return bytes;
    }

    private static void writeId(Stream stream, PeerId peer) throws IOException {
        byte[] id = peer.toBytes();
        byte[] message = new byte[id.length + 1];
        message[0] = (byte) id.length;
        System.arraycopy(id, 0, message, 1, id.length);
        stream.write(message);
    }

    @Override
    public void close() {}

    @Override
    public Transport create(Context context) {
        return new Client(context.upgrader());
    }

    private final class Client implements Transport {
        private final Upgrader upgrader;

        Client(Upgrader upgrader) {
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
        public Listener listen(Multiaddr address, ConnectionAcceptor inbound) {
            Registration stop = host().handle(STOP, HandlerOptions.DEFAULT.withAllowLimited(true), stream -> {
                readId(stream);
                ConnectionScope scope = inbound.admit(address, address, false);
                stream.detach();
                ThreadedReads circuit = new ThreadedReads(host().environment(), new Circuit(stream, address, limits));
                TransportConnection connection;
                try {
                    connection = upgrader.inbound(name(), circuit, scope);
                } catch (IOException e) {
                    inbound.failed(address, address, scope, e);
                    throw e;
                }
                inbound.accept(connection);
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

        @Override
        public TransportConnection dial(Multiaddr address, DialRequest request) throws IOException {
            PeerAddress relay = PeerAddress.of(address.decapsulate(Protocol.P2P_CIRCUIT));
            PeerId target = Objects.requireNonNull(request.expectedPeer());
            DialOptions options = DialOptions.DEFAULT.withDeadline(request.deadline());
            Stream hop = host().open(relay, options, HOP);
            boolean done = false;
            try {
                writeId(hop, target);
                readFully(hop, 1);
                request.progress().transportConnected();
                TransportConnection made = upgrader.outbound(
                        name(), new ThreadedReads(host().environment(), new Circuit(hop, address, limits)), request);
                done = true;
                return made;
            } finally {
                if (!done) {
                    hop.reset(0);
                }
            }
        }

        @Override
        public void close() {}
    }

    private record Circuit(
            Stream stream, Multiaddr address, @Nullable ConnectionLimits limits) implements BlockingConnection {
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
        public void close() {
            stream.reset(0);
        }
    }
}
