package libp2p.transports.webtransport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Direction;
import libp2p.http3.FrameReader;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Exception;
import libp2p.http3.Http3FrameType;
import libp2p.http3.Settings;
import libp2p.http3.qpack.Field;
import libp2p.http3.qpack.FieldSectionDecoder;
import libp2p.http3.qpack.FieldSectionEncoder;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.Streams;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.CertHashCredentials;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.streams.engine.Application;
import libp2p.streams.engine.EngineStreams;
import libp2p.streams.engine.Turn;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicProtocol;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.quic.SharedUdpPorts;

/** A client that has agreed on HTTP/3 and writes what a test wants on its streams. */
final class RawClient {
    final QuicConnection connection;
    /** Streams that go both ways, by their id; under the lock of the connection. */
    private final Map<Long, QuicStream> opened;

    private RawClient(QuicConnection connection, Map<Long, QuicStream> opened) {
        this.connection = connection;
        this.opened = opened;
    }

    /** The conduct of a client towards a server. */
    interface Story {
        void tell(Simulation simulation, Host server, SimulatedEnvironment outside, RawClient client) throws Exception;
    }

    /** Tells a story of a server and a client on a machine outside, under a few seeds. */
    static void under(Story story) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(
                    seed,
                    simulation -> between(simulation, (host, machine) -> {}, (server, clients) -> {
                        RawClient client = clients.connect(server.addresses().getFirst());
                        story.tell(simulation, server, clients.machine(), client);
                        client.connection.close(0, "");
                    }));
        }
    }

    /** A machine outside, whose host dials as its clients do. */
    record Clients(SimulatedEnvironment machine, Host host, SharedUdpPorts ports) implements AutoCloseable {
        static Clients on(SimulatedEnvironment machine) throws IOException {
            SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);
            Host host = Libp2p.host()
                    .environment(machine)
                    .transports(QuicTransport.factory(ports))
                    .start();
            return new Clients(machine, host, ports);
        }

        RawClient connect(Multiaddr address) throws IOException {
            return RawClient.connect(machine, host, ports, address);
        }

        @Override
        public void close() {
            host.close();
        }
    }

    /** A server and a machine outside. */
    interface Scene {
        void play(Host server, Clients clients) throws Exception;
    }

    /** @param settings of the server, which listens on its machine 10.0.0.1 by WebTransport alone */
    static void between(Simulation simulation, BiConsumer<HostBuilder, SimulatedEnvironment> settings, Scene scene)
            throws Exception {
        SimulatedEnvironment inside = simulation.host("server", "10.0.0.1");
        SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
        HostBuilder victim = Libp2p.host().environment(inside).listen("/ip4/10.0.0.1/udp/4001/quic-v1/webtransport");
        settings.accept(victim, inside);
        try (Host server = victim.start();
                Clients clients = Clients.on(outside)) {
            scene.play(server, clients);
        }
    }

    /** Connects from a host whose transport has these ports. */
    static RawClient connect(Environment environment, Host from, SharedUdpPorts ports, Multiaddr address)
            throws IOException {
        InetSocketAddress remote = QuicAddress.toSocket(address);
        CertHashCredentials shown =
                new CertHashCredentials(WebTransportAddress.of(address).hashes(), environment, SecurityLimits.DEFAULT);
        Map<Long, QuicStream> opened = new HashMap<>();
        QuicProtocol protocol = new QuicProtocol() {
            @Override
            public String name() {
                return "h3";
            }

            @Override
            public Credentials credentials(Libp2pCertificate certificate) {
                return shown;
            }

            @Override
            public Application application(QuicConnection made) {
                return new Raw(made, opened);
            }

            @Override
            public int uniStreams() {
                return 8;
            }
        };
        QuicConnection connection = ports.portFor(remote.getAddress())
                .connect(
                        remote,
                        protocol,
                        from.resourceManager().openConnection(Direction.OUTBOUND, false, address),
                        Deadline.NONE);
        return new RawClient(connection, opened);
    }

    private static final class Raw extends EngineStreams<QuicStream> {
        private final QuicConnection connection;
        private final Map<Long, QuicStream> opened;

        Raw(QuicConnection connection, Map<Long, QuicStream> opened) {
            super(connection);
            this.connection = connection;
            this.opened = opened;
        }

        private Streams all() {
            return connection.engine().streams();
        }

        @Override
        protected boolean mayOpen() {
            return all().mayOpen(true);
        }

        @Override
        protected QuicStream openEngine() {
            QuicStream stream = all().open(true);
            opened.put(stream.id(), stream);
            return stream;
        }

        @Override
        public void look() {
            QuicStream stream;
            while ((stream = all().pollArrived()) != null) {
                if ((stream.id() & Http3.UNI) == 0) { // else it is the control stream
                    arrive(stream);
                }
            }
            while ((stream = all().pollTouched()) != null) {
                touch(stream);
            }
            if (all().pollAllowed()) {
                allow();
            }
        }
    }

    /** The streams of a connection, on which nothing is written but by a test. */
    static Application table(QuicConnection connection) {
        return new Raw(connection, new HashMap<>());
    }

    /** Opens a stream that goes one way and writes on it; returns what ends it. */
    Runnable unidirectional(byte[] bytes) {
        return unidirectional(connection, bytes);
    }

    private static Runnable unidirectional(QuicConnection connection, byte[] bytes) {
        QuicStream opened;
        try (Turn turn = connection.enter()) {
            opened = connection.engine().streams().open(false);
            opened.write(ByteBuffer.wrap(bytes));
        }
        return () -> {
            try (Turn turn = connection.enter()) {
                opened.finish();
            }
        };
    }

    /** A control stream with settings. */
    void settings() {
        settings(SessionSettings.OF_CLIENT);
    }

    /** A control stream with these settings. */
    void settings(Settings settings) {
        settings(connection, settings);
    }

    /** A control stream with these settings, of either side. */
    static void settings(QuicConnection connection, Settings settings) {
        unidirectional(
                connection,
                new FrameWriter()
                        .integer(Http3FrameType.CONTROL_STREAM)
                        .frame(Http3FrameType.SETTINGS, settings.encode())
                        .toByteArray());
    }

    /** Opens a stream that goes both ways and writes on it. */
    MuxedStream open(byte[] bytes) throws IOException {
        MuxedStream stream = connection.openStream(Deadline.NONE);
        stream.write(bytes, 0, bytes.length);
        return stream;
    }

    /** Whether the server has sent STOP_SENDING for a stream that {@link #open} has opened. */
    boolean isStopped(long stream) {
        try (Turn turn = connection.enter()) {
            return opened.get(stream).remoteStop() >= 0;
        }
    }

    /** Sends a request by names and values. */
    MuxedStream request(String... namesAndValues) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return open(new FrameWriter()
                .frame(Http3FrameType.HEADERS, FieldSectionEncoder.encode(fields))
                .toByteArray());
    }

    /** Asks for a session. */
    MuxedStream session() throws IOException {
        return request(
                ":method",
                "CONNECT",
                ":scheme",
                "https",
                ":authority",
                "x",
                ":path",
                SessionSettings.PATH + "?type=noise",
                ":protocol",
                "webtransport");
    }

    /** Opens a stream of a session. */
    MuxedStream ofSession(long id) throws IOException {
        return open(new FrameWriter()
                .integer(Http3FrameType.WEBTRANSPORT_STREAM)
                .integer(id)
                .toByteArray());
    }

    /** The status of the answer to a request; reads no more than the answer's first frame. */
    static String status(MuxedStream request) throws IOException {
        List<Field> heard = new ArrayList<>();
        FrameReader frames = new FrameReader(0, 1024);
        ByteBuffer one = ByteBuffer.allocate(1);
        while (heard.isEmpty() && request.read(one.clear()) > 0) {
            frames.read(one.flip(), new FrameReader.Handler() {
                @Override
                public void frame(long type, byte[] payload) throws Http3Exception {
                    heard.addAll(FieldSectionDecoder.decode(payload, 1024));
                }

                @Override
                public void data(ByteBuffer piece) {}
            });
        }
        return heard.getFirst().value();
    }

    /** Everything up to the end of a stream. */
    static byte[] rest(MuxedStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        int count;
        while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }
}
