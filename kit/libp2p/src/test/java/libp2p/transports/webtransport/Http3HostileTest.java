package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.muxer.MuxedStream;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3FrameType;
import libp2p.http3.qpack.Field;
import libp2p.http3.qpack.FieldSectionEncoder;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that have agreed on HTTP/3 and break its rules, or ask for something else than a session. */
class Http3HostileTest {
    private static final String PATH = SessionSettings.PATH;

    /** The conduct of a client. */
    private interface Story {
        void tell(Simulation simulation, RawClient client) throws Exception;
    }

    /** A server, a client that breaks the rules, and an honest peer that is served afterwards. */
    private static void under(Story story) {
        RawClient.under((simulation, server, outside, client) -> {
            story.tell(simulation, client);
            try (Host honest = Libp2p.host()
                    .environment(simulation.host("honest", "10.0.0.3"))
                    .start()) {
                assertThat(Ping.once(honest, PeerAddress.of(server.peerId(), server.addresses())))
                        .isPositive();
            }
        });
    }

    private static void requireClosed(Simulation simulation, RawClient client, long code) {
        simulation.await(
                "the end of the connection", Duration.ofSeconds(5), () -> client.connection.closeReason() != null);
        CloseReason why = client.connection.closeReason();
        assertThat(why.remote()).isTrue();
        assertThat(why.code()).as("%s", why).isEqualTo(code);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void aRequestForSomethingElseIsAnswered() {
        under((simulation, client) -> {
            client.settings();
            assertThat(RawClient.status(client.request(":method", "GET", ":path", "/")))
                    .isEqualTo("404");
            assertThat(RawClient.status(client.request(":method", "GET", ":path", PATH + "?type=noise")))
                    .isEqualTo("405");
            assertThat(RawClient.status(client.request(":method", "CONNECT", ":path", PATH)))
                    .isEqualTo("501");
            for (String query : List.of("", "?", "?type=tls", "?type=noise&type=noise", "?Type=noise")) {
                MuxedStream asked =
                        client.request(":method", "CONNECT", ":path", PATH + query, ":protocol", "webtransport-h3");
                assertThat(RawClient.status(asked)).as(query).isEqualTo("400");
                assertThat(RawClient.rest(asked)).isEmpty();
            }
            assertThat(RawClient.status(client.session())).isEqualTo("200");
        });
    }

    @Test
    void tenRequestsAreTooMany() {
        under((simulation, client) -> {
            client.settings();
            for (int i = 0; i < 9; i++) {
                client.request(":method", "GET", ":path", "/" + i);
            }
            assertThat(client.connection.closeReason()).isNull();
            client.open(bytes("01"));
            requireClosed(simulation, client, Http3Error.EXCESSIVE_LOAD);
        });
    }

    @Test
    void aMalformedRequestIsRefusedAlone() {
        under((simulation, client) -> {
            client.settings();
            MuxedStream asked = client.request(":path", "/");
            assertThatThrownBy(() -> RawClient.status(asked))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.MESSAGE_ERROR));
            assertThat(RawClient.status(client.session())).isEqualTo("200");
        });
    }

    @Test
    void aConnectionHasOneSession() {
        under((simulation, client) -> {
            client.settings();
            assertThat(RawClient.status(client.session())).isEqualTo("200");
            MuxedStream second = client.session();
            assertThatThrownBy(() -> RawClient.status(second))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.REQUEST_REJECTED));
            assertThat(client.connection.closeReason()).isNull();
        });
    }

    /** The bytes of a client on a stream that goes one way, and the code with which its connection ends. */
    @ParameterizedTest
    @CsvSource({
        "00 0700, 0x10a", // GOAWAY before SETTINGS
        "00 0400 0400, 0x105", // SETTINGS twice
        "00 0400 0000, 0x105", // DATA on the control stream
        "00 0400 0100, 0x105", // HEADERS there
        "00 04 8000 4001, 0x107", // 16,385 bytes of settings
        "00 0404 0801 0801, 0x109", // a setting twice
        "00 0400 0200, 0x105", // a frame of HTTP/2
        "01, 0x103", // a push stream
    })
    void aControlStreamAgainstTheRulesEndsItsConnection(String hex, String code) {
        under((simulation, client) -> {
            client.unidirectional(bytes(hex));
            requireClosed(simulation, client, Long.decode(code));
        });
    }

    @ParameterizedTest
    @CsvSource({"00 0400", "02", "03"})
    void eachCriticalStreamIsThereOnceAndStays(String hex) {
        under((simulation, client) -> {
            client.unidirectional(bytes(hex));
            client.unidirectional(bytes(hex));
            requireClosed(simulation, client, Http3Error.STREAM_CREATION_ERROR);
        });
        under((simulation, client) -> {
            Runnable end = client.unidirectional(bytes(hex));
            end.run();
            requireClosed(simulation, client, Http3Error.CLOSED_CRITICAL_STREAM);
        });
    }

    /** The bytes of a client on a stream that goes both ways, and the code with which its connection ends. */
    @ParameterizedTest
    @CsvSource({
        "0400, 0x105", // SETTINGS
        "0000, 0x105", // content without a request
        "01 6001, 0x107", // 8,193 bytes of fields
        "01 03 020080, 0x200", // fields by a dynamic table
        "4041 01, 0x108", // a session that is of no request
    })
    void aRequestStreamAgainstTheRulesEndsItsConnection(String hex, String code) {
        under((simulation, client) -> {
            client.open(bytes(hex));
            requireClosed(simulation, client, Long.decode(code));
        });
    }

    @Test
    void whatIsUnknownIsIgnored() {
        under((simulation, client) -> {
            client.settings();
            client.unidirectional(bytes("4054 00 ffff")); // a stream of WebTransport that goes one way
            client.unidirectional(bytes("21 0102")).run();
            client.unidirectional(bytes("40")); // half an integer
            client.unidirectional(new byte[0]).run();
            MuxedStream cut = client.open(bytes("40"));
            cut.closeWrite();
            assertThatThrownBy(() -> RawClient.rest(cut)).isInstanceOf(StreamResetException.class);
            MuxedStream session = client.open(bytes("21 03 ffffff"));
            byte[] request = new FrameWriter()
                    .frame(
                            Http3FrameType.HEADERS,
                            FieldSectionEncoder.encode(List.of(
                                    new Field(":method", "CONNECT"),
                                    new Field(":path", PATH + "?type=noise"),
                                    new Field(":protocol", "webtransport"))))
                    .toByteArray();
            session.write(request, 0, request.length);
            assertThat(RawClient.status(session)).isEqualTo("200");
        });
    }

    @Test
    void streamsMayOvertakeTheRequestOfTheirSession() {
        under((simulation, client) -> {
            client.settings();
            MuxedStream early = client.ofSession(4 * 40);
            for (int i = 1; i < 16; i++) {
                client.ofSession(4 * 17);
            }
            MuxedStream tooMany = client.ofSession(4 * 17);
            assertThatThrownBy(() -> RawClient.rest(tooMany))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.BUFFERED_STREAM_REJECTED));
            assertThat(RawClient.status(client.session())).isEqualTo("200");
            assertThatThrownBy(() -> RawClient.rest(early))
                    .as("one of another session")
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.BUFFERED_STREAM_REJECTED));
            MuxedStream foreign = client.ofSession(0);
            assertThatThrownBy(() -> RawClient.rest(foreign))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.SESSION_GONE));
            assertThat(client.connection.closeReason()).isNull();
        });
    }

    @Test
    void aClientThatProvesNothingIsDropped() {
        under((simulation, client) -> {
            client.settings();
            simulation.await(
                    "the end of one that asks for no session",
                    Duration.ofSeconds(11),
                    () -> client.connection.closeReason() != null);
        });
        under((simulation, client) -> {
            client.settings();
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            client.ofSession(0);
            byte[] end = new FrameWriter()
                    .frame(Http3FrameType.DATA, Capsules.close(ErrorCode.NONE, ""))
                    .toByteArray();
            assertThat(RawClient.rest(session))
                    .as("the end of one that is silent in the handshake of Noise")
                    .isEqualTo(end);
            requireClosed(simulation, client, Http3Error.NO_ERROR);
        });
    }

    @Test
    void aSessionEndsByItsCapsuleAndWithIt() {
        under((simulation, client) -> {
            client.settings();
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            byte[] unknown = new FrameWriter()
                    .frame(Http3FrameType.DATA, bytes("800078ae 00"))
                    .frame(Http3FrameType.DATA, Capsules.close(ErrorCode.CONNECTION_GATED, "no"))
                    .toByteArray();
            session.write(unknown, 0, unknown.length);
            requireClosed(simulation, client, Http3Error.NO_ERROR);
        });
    }

    @Test
    void aCapsuleThatIsTooLongEndsTheConnection() {
        under((simulation, client) -> {
            client.settings();
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            byte[] capsule = new FrameWriter()
                    .frame(Http3FrameType.DATA, bytes("6843 4405"))
                    .toByteArray();
            session.write(capsule, 0, capsule.length);
            requireClosed(simulation, client, Http3Error.MESSAGE_ERROR);
        });
    }
}
