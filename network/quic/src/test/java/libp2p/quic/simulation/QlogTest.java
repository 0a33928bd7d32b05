package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.Json;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.ConnectionStats;
import libp2p.quic.connection.Tracer;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.qlog.QlogTracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.simulation.World.Node;
import libp2p.quic.wire.TransportParameters;
import libp2p.security.tls13.CipherSuite;
import org.junit.jupiter.api.Test;

class QlogTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final Set<String> secrets = new HashSet<>();
    private final Set<Long> sent = new HashSet<>();
    private final Set<Long> arrived = new HashSet<>();
    private int over;

    /** A log, beside what is counted here. */
    private final class Counting implements Tracer {
        private final QlogTracer log;
        private final boolean client;

        Counting(QlogTracer log, boolean client) {
            this.log = log;
            this.client = client;
        }

        @Override
        public void secret(String label, byte[] clientRandom, byte[] secret) {
            secrets.add(label + " " + java.util.HexFormat.of().formatHex(clientRandom) + " "
                    + java.util.HexFormat.of().formatHex(secret));
        }

        @Override
        public void parameters(boolean local, TransportParameters parameters, long now) {
            log.parameters(local, parameters, now);
        }

        @Override
        public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {
            if (client && level == 2) {
                assertThat(sent.add(number)).isTrue();
            }
            log.sent(level, number, size, bytes, from, length, now);
        }

        @Override
        public void received(int level, long number, byte[] bytes, int from, int length, long now) {
            if (!client && level == 2) {
                assertThat(arrived.add(number)).isTrue();
            }
            log.received(level, number, bytes, from, length, now);
        }

        @Override
        public void lost(int level, long number, long now) {
            log.lost(level, number, now);
        }

        @Override
        public void recovery(LossRecovery recovery, long now) {
            log.recovery(recovery, now);
        }

        @Override
        public void closed(CloseCause why, long now) {
            log.closed(why, now);
        }

        @Override
        public void over() {
            over++;
        }
    }

    private World world(Weather weather) {
        World world = new World(3, weather);
        Node a = world.node(1, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        Node b = world.node(2, ConnectionConfig.DEFAULT, EndpointLimits.DEFAULT);
        for (Node node : List.of(a, b)) {
            node.endpoint.trace((client, original, now) ->
                    new Counting(new QlogTracer(log::add, client, original, now, 1_700_000_000_000L), client));
        }
        Exchange exchange = new Exchange(3, 50_000, false);
        exchange.start(a, b);
        assertThat(world.run(60 * SECOND, exchange::isDone)).isTrue();
        ConnectionStats status = exchange.client.connection.status();
        assertThat(status.suite()).isEqualTo(CipherSuite.TLS_AES_128_GCM_SHA256);
        assertThat(status.leastRoundTrip()).isGreaterThanOrEqualTo(2 * weather.delay());
        assertThat(status.congestionWindow()).isPositive();
        assertThat(status.mtu()).isBetween(1200, 1452);
        exchange.client.connection.close(7, "said \"so\"\u0007é", world.now);
        exchange.client.turn();
        assertThat(world.run(60 * SECOND, () -> over == 2)).isTrue();
        return world;
    }

    @Test
    void everyPacketIsLoggedOnceAndBothSidesKnowTheSameSecrets() {
        world(Weather.FAIR);
        assertThat(arrived).isSubsetOf(sent).hasSizeGreaterThan(100);
        assertThat(secrets).hasSize(4); // of either side and level, the same at both ends
        assertThat(secrets.stream().map(line -> line.split(" ")[0]))
                .containsExactlyInAnyOrder(
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0",
                        "SERVER_TRAFFIC_SECRET_0");
        assertThat(log).allMatch(record -> record.startsWith("\u001e{") && record.endsWith("}\n"));
        for (String record : log) {
            assertThat(Json.object(Json.parse(record.substring(1))).keySet())
                    .as(record)
                    .isIn(Set.of("qlog_version", "qlog_format", "title", "trace"), Set.of("time", "name", "data"));
        }
        assertThat(log)
                .allMatch(record -> record.chars().allMatch(c -> c == 0x1e || c == '\n' || c >= ' ' && c < 0x7f));
        String all = String.join("", log);
        assertThat(all)
                .contains("\"qlog_version\":\"0.3\"", "\"vantage_point\":{\"type\":\"client\"}", "\"type\":\"server\"")
                .contains("\"packet_type\":\"initial\"", "\"packet_type\":\"handshake\"", "\"packet_type\":\"1RTT\"")
                .contains("\"frame_type\":\"crypto\"", "\"frame_type\":\"ack\"", "\"frame_type\":\"handshake_done\"")
                .contains("\"frame_type\":\"stream\",\"stream_id\":0,\"offset\":0")
                .contains("recovery:metrics_updated")
                .contains("\"owner\":\"remote\",\"application_code\":7", "said \\u0022so\\u0022\\u0007")
                .doesNotContain(secrets.iterator().next().split(" ")[2]);
    }

    /** What the schema asks of a frame (draft-ietf-quic-qlog-quic-events-03, section 6.13). */
    private static final Map<String, List<String>> FIELDS = Map.ofEntries(
            Map.entry("padding", List.of("payload_length")),
            Map.entry("ping", List.of()),
            Map.entry("ack", List.of("ack_delay", "acked_ranges")),
            Map.entry("crypto", List.of("offset", "length")),
            Map.entry("stream", List.of("stream_id", "offset", "length")),
            Map.entry("reset_stream", List.of("stream_id", "error_code", "final_size")),
            Map.entry("stop_sending", List.of("stream_id", "error_code")),
            Map.entry("new_token", List.of("token")),
            Map.entry("max_data", List.of("maximum")),
            Map.entry("max_stream_data", List.of("stream_id", "maximum")),
            Map.entry("max_streams", List.of("stream_type", "maximum")),
            Map.entry("data_blocked", List.of("limit")),
            Map.entry("stream_data_blocked", List.of("stream_id", "limit")),
            Map.entry("streams_blocked", List.of("stream_type", "limit")),
            Map.entry("new_connection_id", List.of("sequence_number", "retire_prior_to", "connection_id")),
            Map.entry("retire_connection_id", List.of("sequence_number")),
            Map.entry("path_challenge", List.of()),
            Map.entry("path_response", List.of()),
            Map.entry("connection_close", List.of("error_space", "error_code")),
            Map.entry("handshake_done", List.of()));

    private static final Pattern FRAME = Pattern.compile("\\{\"frame_type\":\"(\\w+)\"((?:[^{}]|\\{[^{}]*})*)}");

    @Test
    void framesHaveTheFieldsOfTheSchema() {
        world(Weather.FAIR.withLoss(0.05));
        Set<String> types = new HashSet<>();
        for (String record : log) {
            Matcher frame = FRAME.matcher(record);
            while (frame.find()) {
                types.add(frame.group(1));
                assertThat(FIELDS).containsKey(frame.group(1));
                for (String field : FIELDS.get(frame.group(1))) {
                    assertThat(frame.group(2)).contains(",\"" + field + "\":");
                }
            }
        }
        assertThat(types).contains("padding", "ping", "ack", "crypto", "stream", "new_connection_id", "handshake_done");
    }

    @Test
    void bothSidesParametersAreLogged() {
        world(Weather.FAIR);
        for (String owner : List.of("local", "remote")) {
            assertThat(log)
                    .filteredOn(record -> record.contains(
                            "\"name\":\"transport:parameters_set\",\"data\":{\"owner\":\"" + owner + "\","))
                    .hasSize(2)
                    .allMatch(record -> record.contains("\"ack_delay_exponent\":3,\"max_ack_delay\":"));
        }
        assertThat(log)
                .anyMatch(record -> record.contains("\"ack_delay\":") && !record.contains("\"ack_delay\":0.000"));
    }

    @Test
    void lossesAreLogged() {
        world(Weather.FAIR.withLoss(0.1));
        assertThat(log).anyMatch(record -> record.contains("recovery:packet_lost"));
    }
}
