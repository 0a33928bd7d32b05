package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.Libp2p;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Direction;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3FrameType;
import libp2p.http3.Settings;
import libp2p.quic.stream.QuicStream;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.CertHashCredentials;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.streams.engine.Turn;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.quic.SharedUdpPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server sends in a session: no more than the client allows, beside what QUIC does. */
class SessionCreditTest {
    private static final long MAX_DATA = 0x190b4d3dL;
    private static final long MAX_STREAMS = 0x190b4d3fL;
    /** WT_STREAM and the id of the session. */
    private static final int HEADER = 3;

    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.1", 4001);

    private interface Story {
        void tell(Simulation simulation, RawClient client, Http3 server) throws Exception;
    }

    /** A client without settings or a session yet, and the server of its connection. */
    private static void under(Story story) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(seed, simulation -> {
                SimulatedEnvironment inside = simulation.host("server", "10.0.0.1");
                SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
                SharedUdpPorts here = new SharedUdpPorts(QuicLimits.DEFAULT);
                SharedUdpPorts there = new SharedUdpPorts(QuicLimits.DEFAULT);
                try (Host to = host(inside, here);
                        Host from = host(outside, there)) {
                    RawServer server = RawServer.listen(
                            inside,
                            to,
                            here,
                            SERVER,
                            connection -> new Http3(connection, connection::engine, new ServerSide()));
                    RawClient client = RawClient.connect(outside, from, there, server.address());
                    simulation.await("the server", Duration.ofSeconds(5), () -> !server.arrived.isEmpty());
                    story.tell(simulation, client, Http3.on(server.arrived.remove()));
                    client.connection.close(0, "");
                }
            });
        }
    }

    private static Host host(SimulatedEnvironment environment, SharedUdpPorts ports) throws IOException {
        return Libp2p.host()
                .environment(environment)
                .transports(QuicTransport.factory(ports))
                .start();
    }

    private static Settings limits(long data, long streams) {
        Map<Long, Long> values = new LinkedHashMap<>();
        values.put(Settings.WT_ENABLED, 1L);
        values.put(Settings.WT_INITIAL_MAX_DATA, data);
        values.put(Settings.WT_INITIAL_MAX_STREAMS_BIDI, streams);
        return new Settings(values);
    }

    private static void capsule(MuxedStream session, long type, long value) throws IOException {
        byte[] limit = new FrameWriter().integer(value).toByteArray();
        capsule(session, new FrameWriter().frame(type, limit).toByteArray());
    }

    private static void capsule(MuxedStream session, byte[] capsule) throws IOException {
        byte[] frame = new FrameWriter().frame(Http3FrameType.DATA, capsule).toByteArray();
        session.write(frame, 0, frame.length);
    }

    /** Reads all that comes on the streams of the server. */
    private static List<ByteArrayOutputStream> read(Simulation simulation, RawClient client, int streams) {
        List<ByteArrayOutputStream> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            all.add(bytes);
            simulation.spawn("reader-" + i, () -> {
                try {
                    MuxedStream stream = client.connection.acceptStream();
                    byte[] buffer = new byte[1024];
                    int count;
                    while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
                        bytes.write(buffer, 0, count);
                    }
                } catch (IOException over) {
                    // what has come is what counts
                }
            });
        }
        return all;
    }

    private static int sum(List<ByteArrayOutputStream> all) {
        return all.stream().mapToInt(ByteArrayOutputStream::size).sum();
    }

    @Test
    void bytesWaitForTheCreditOfTheirSession() {
        under((simulation, client, server) -> {
            client.settings(limits(100, 9));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            MuxedStream stream = server.streams().open(Deadline.NONE);
            List<ByteArrayOutputStream> got = read(simulation, client, 1);
            AtomicInteger written = new AtomicInteger();
            simulation.spawn("writer", () -> {
                stream.write(new byte[250], 0, 250);
                written.set(250);
                stream.close();
            });
            long allowed = 100;
            for (long next : new long[] {101, 150, 1000}) {
                long expected = HEADER + allowed;
                simulation.await("the credit to be used", Duration.ofSeconds(5), () -> sum(got) == expected);
                simulation.sleep(Duration.ofSeconds(1));
                assertThat(sum(got)).isEqualTo((int) expected);
                assertThat(written).hasValue(0);
                capsule(session, MAX_DATA, next);
                allowed = next;
            }
            simulation.await("the rest", Duration.ofSeconds(5), () -> sum(got) == HEADER + 250);
            simulation.await("the end of the write", Duration.ofSeconds(5), () -> written.get() == 250);
        });
    }

    /** Each writes more than its part, and the credit is given in portions that are less than one wants. */
    @Test
    void noWriterThatWaitsIsForgotten() {
        under((simulation, client, server) -> {
            int writers = 20;
            client.settings(limits(1, writers));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            List<ByteArrayOutputStream> got = read(simulation, client, writers);
            AtomicInteger done = new AtomicInteger();
            for (int i = 0; i < writers; i++) {
                MuxedStream stream = server.streams().open(Deadline.NONE);
                boolean late = i % 4 == 0;
                simulation.spawn("writer-" + i, () -> {
                    try {
                        if (late) {
                            stream.writeTimeout(Duration.ofSeconds(1));
                        }
                        stream.write(new byte[100], 0, 100);
                        stream.close();
                        done.incrementAndGet();
                    } catch (IOException cut) {
                        stream.reset(0);
                    }
                });
            }
            simulation.sleep(Duration.ofSeconds(2)); // some have given up
            int honest = writers - writers / 4;
            for (long limit = 50; limit <= 100L * writers; limit += 50) {
                capsule(session, MAX_DATA, limit);
            }
            simulation.await("the writers", Duration.ofSeconds(5), () -> done.get() >= honest);
            assertThat(sum(got)).isLessThanOrEqualTo(writers * (HEADER + 100));
        });
    }

    @Test
    void streamsWaitForTheCreditOfTheirSession() {
        under((simulation, client, server) -> {
            client.settings(limits(0, 1));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            server.streams().open(Deadline.NONE);
            Deadline second = Deadline.after(client.connection.environment(), Duration.ofSeconds(1));
            assertThatThrownBy(() -> server.streams().open(second)).isInstanceOf(DeadlineExceededException.class);
            AtomicInteger opened = new AtomicInteger();
            simulation.spawn("opener", () -> {
                server.streams().open(Deadline.NONE);
                opened.incrementAndGet();
            });
            capsule(session, MAX_STREAMS, 2);
            simulation.await("one more", Duration.ofSeconds(5), () -> opened.get() == 1);
        });
    }

    @Test
    void aRequestAndItsLimitsMayOvertakeTheSettings() {
        under((simulation, client, server) -> {
            MuxedStream session = client.session();
            capsule(session, MAX_STREAMS, 2);
            MuxedStream second = client.session();
            assertThatThrownBy(() -> RawClient.status(second))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.REQUEST_REJECTED));
            assertThat(server.hasSession()).isFalse();
            client.settings(limits(0, 1));
            assertThat(RawClient.status(session)).isEqualTo("200");
            server.streams().open(Deadline.NONE);
            server.streams().open(Deadline.after(client.connection.environment(), Duration.ofSeconds(1)));
        });
    }

    /** Capsules of a client, and the code with which its connection ends. */
    @ParameterizedTest
    @CsvSource({
        "990b4d3d 01 05, 0x045d4487", // not above the limit
        "990b4d3f 01 05, 0x045d4487", // the same of streams
        "990b4d3f 08 d000000000000001, 0x045d4487", // more streams than there are ids
        "990b4d40 01 00, 0x045d4487", // the same of streams that go one way
        "990b4d3e 01 09, 0x045d4487", // a limit of one stream
        "990b4d42 01 09, 0x045d4487", // the same
        "990b4d3d 00, 0x10e", // no limit
        "990b4d3d 02 0909, 0x10e", // two integers
        "990b4d3d 01 40, 0x10e", // half of one
        "990b4d3d 09 ffffffffffffffffff, 0x10e", // more than one
    })
    void limitsThatCannotBeEndTheSession(String hex, String code) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        under((simulation, client, server) -> {
            client.settings(limits(5, 5));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            capsule(session, bytes);
            simulation.await("the end", Duration.ofSeconds(5), () -> client.connection.closeReason() != null);
            assertThat(client.connection.closeReason().code()).isEqualTo(Long.decode(code));
        });
    }

    @Test
    void limitsAreIgnoredWhereOneSideSetsNone() {
        under((simulation, client, server) -> {
            client.settings();
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            capsule(session, MAX_DATA, 1);
            capsule(session, MAX_DATA, 1);
            MuxedStream stream = server.streams().open(Deadline.NONE);
            stream.write(new byte[250], 0, 250);
            stream.close();
            List<ByteArrayOutputStream> got = read(simulation, client, 1);
            simulation.await("all", Duration.ofSeconds(5), () -> sum(got) == HEADER + 250);
            assertThat(client.connection.closeReason()).isNull();
        });
    }

    /** A client could not tell whose stream it was, if the header were lost with the rest. */
    @Test
    void theHeaderOfAStreamArrivesThoughItIsResetAtOnce() {
        under((simulation, client, server) -> {
            client.settings();
            assertThat(RawClient.status(client.session())).isEqualTo("200");
            MuxedStream stream = server.streams().open(Deadline.NONE);
            stream.reset(7);
            MuxedStream heard = client.connection.acceptStream();
            byte[] header = new byte[HEADER];
            for (int at = 0; at < HEADER; ) {
                at += heard.read(header, at, HEADER - at);
            }
            assertThat(header).containsExactly(0x40, 0x41, 0);
            assertThatThrownBy(() -> heard.read(ByteBuffer.allocate(1)))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isNotZero());
        });
    }

    /** The client has used the one stream that it may open, and the server lets it open no more. */
    @Test
    void aServerThatAllowsNoRequestIsNotOneThatBreaksTheRules() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment inside = simulation.host("server", "10.0.0.1");
            SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
            SharedUdpPorts here = new SharedUdpPorts(new QuicLimits(
                    QuicLimits.DEFAULT.timeouts(),
                    1,
                    QuicLimits.DEFAULT.streamWindow(),
                    QuicLimits.DEFAULT.window(),
                    QuicLimits.DEFAULT.sendQueue(),
                    QuicLimits.DEFAULT.memory(),
                    QuicLimits.DEFAULT.port()));
            SharedUdpPorts there = new SharedUdpPorts(QuicLimits.DEFAULT);
            try (Host to = host(inside, here);
                    Host from = host(outside, there)) {
                RawServer server = RawServer.listen(inside, to, here, SERVER, RawClient::table);
                CertHashCredentials shown = new CertHashCredentials(
                        WebTransportAddress.of(server.address()).hashes(), outside, SecurityLimits.DEFAULT);
                QuicConnection connection = there.portFor(SERVER.getAddress())
                        .connect(
                                SERVER,
                                new Http3Protocol(shown, () -> new ClientSide("10.0.0.1:4001")),
                                from.resourceManager()
                                        .openConnection(Direction.OUTBOUND, false, QuicAddress.of(SERVER)),
                                Deadline.NONE);
                try (Turn turn = connection.enter()) {
                    QuicStream only = connection.engine().streams().open(true);
                    only.write(new byte[1], 0, 1);
                }
                simulation.await("the server", Duration.ofSeconds(5), () -> !server.arrived.isEmpty());
                QuicConnection accepted = server.arrived.remove();
                RawClient.settings(accepted, SessionSettings.OF_SERVER);
                Deadline soon = Deadline.after(outside, Duration.ofSeconds(5));
                assertThatThrownBy(() -> Http3.on(connection).awaitSession(soon))
                        .hasMessage("the remote peer allows no request");
                assertThat(connection.closeReason()).isNull();
                connection.close(0, "");
            }
        });
    }
}
