package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Direction;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3FrameType;
import libp2p.http3.qpack.Field;
import libp2p.http3.qpack.FieldSectionEncoder;
import libp2p.quic.stream.QuicStream;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.CertHashCredentials;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.streams.engine.Turn;
import libp2p.transports.quic.QuicAddress;
import libp2p.transports.quic.QuicConnection;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.SharedUdpPorts;
import org.junit.jupiter.api.Test;

/** Servers that answer a client in another way than with a session. */
class ClientSideTest {
    private interface Story {
        /** @param server whose connection says nothing by itself */
        void tell(Simulation simulation, QuicConnection client, QuicConnection server) throws Exception;
    }

    /** A client that waits for the settings of a server, at which it may have so many streams. */
    private static void under(int streams, Story story) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(seed, simulation -> {
                SimulatedEnvironment inside = simulation.host("server", "10.0.0.1");
                SimulatedEnvironment outside = simulation.host("client", "10.0.0.2");
                QuicLimits usual = QuicLimits.DEFAULT;
                SharedUdpPorts here = new SharedUdpPorts(new QuicLimits(
                        usual.timeouts(),
                        streams,
                        usual.streamWindow(),
                        usual.window(),
                        usual.sendQueue(),
                        usual.memory(),
                        usual.port()));
                SharedUdpPorts there = new SharedUdpPorts(usual);
                try (Host to = RawServer.host(inside, here);
                        Host from = RawServer.host(outside, there)) {
                    RawServer server = RawServer.listen(inside, to, here, RawServer.ADDRESS, RawClient::table);
                    CertHashCredentials shown = new CertHashCredentials(
                            WebTransportAddress.of(server.address()).hashes(), outside, SecurityLimits.DEFAULT);
                    QuicConnection connection = there.portFor(RawServer.ADDRESS.getAddress())
                            .connect(
                                    RawServer.ADDRESS,
                                    new Http3Protocol(shown, () -> new ClientSide("10.0.0.1:4001")),
                                    from.resourceManager()
                                            .openConnection(
                                                    Direction.OUTBOUND, false, QuicAddress.of(RawServer.ADDRESS)),
                                    Deadline.NONE);
                    simulation.await("the server", Duration.ofSeconds(5), () -> !server.arrived.isEmpty());
                    story.tell(simulation, connection, server.arrived.remove());
                    connection.close(0, "");
                }
            });
        }
    }

    private static void awaitSession(QuicConnection client) throws Exception {
        Http3.on(client).awaitSession(Deadline.after(client.environment(), Duration.ofSeconds(5)));
    }

    private static void answer(MuxedStream request, Field... fields) throws Exception {
        byte[] bytes = new FrameWriter()
                .frame(Http3FrameType.HEADERS, FieldSectionEncoder.encode(List.of(fields)))
                .toByteArray();
        request.write(bytes, 0, bytes.length);
    }

    /** The client has used the one stream that it may open, and the server lets it open no more. */
    @Test
    void aServerThatAllowsNoRequestIsNotOneThatBreaksTheRules() {
        under(1, (simulation, client, server) -> {
            try (Turn turn = client.enter()) {
                QuicStream only = client.engine().streams().open(true);
                only.write(new byte[1], 0, 1);
            }
            RawClient.settings(server, SessionSettings.OF_SERVER);
            assertThatThrownBy(() -> awaitSession(client)).hasMessage("the remote peer allows no request");
            assertThat(client.closeReason()).isNull();
        });
    }

    @Test
    void answersBeforeTheResponseAreNotTheResponse() {
        under(8, (simulation, client, server) -> {
            RawClient.settings(server, SessionSettings.OF_SERVER);
            MuxedStream request = server.acceptStream();
            AtomicBoolean stands = new AtomicBoolean();
            simulation.spawn("waiter", () -> {
                awaitSession(client);
                stands.set(true);
            });
            answer(request, new Field(":status", "103"), new Field("link", "x"));
            answer(request, new Field(":status", "100"));
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(stands).isFalse();
            answer(request, new Field(":status", "200"));
            simulation.await("the session", Duration.ofSeconds(1), stands::get);
        });
    }

    @Test
    void aRefusalSaysTheStatus() {
        under(8, (simulation, client, server) -> {
            RawClient.settings(server, SessionSettings.OF_SERVER);
            answer(server.acceptStream(), new Field(":status", "404"));
            assertThatThrownBy(() -> awaitSession(client)).hasMessageContaining("status 404");
        });
    }

    @Test
    void aResponseWithoutAStatusEndsTheConnection() {
        under(8, (simulation, client, server) -> {
            RawClient.settings(server, SessionSettings.OF_SERVER);
            answer(server.acceptStream(), new Field("status", "200"));
            simulation.await("the end", Duration.ofSeconds(5), () -> server.closeReason() != null);
            CloseReason why = server.closeReason();
            assertThat(why.code()).as("%s", why).isEqualTo(Http3Error.MESSAGE_ERROR);
        });
    }
}
