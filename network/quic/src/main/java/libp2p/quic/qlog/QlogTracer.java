package libp2p.quic.qlog;

import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Tracer;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameParser;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;

/**
 * Writes one connection as qlog 0.3 (draft-ietf-quic-qlog-main-schema-04) in its streaming form: records of JSON, each
 * behind the byte 0x1e and before a line feed. Text of the remote comes escaped. Called as {@link Tracer} says.
 */
public final class QlogTracer implements Tracer {
    private static final String[] LEVELS = {"initial", "handshake", "1RTT"};
    private static final double MILLISECOND = 1e6;

    private final Consumer<String> output;
    private final FrameParser parser = new FrameParser();
    private final QlogFrames frames = new QlogFrames();
    private final long start;
    private long window = -1;
    private long inFlight = -1;
    private long roundTrip = -1;
    /** The powers of two by which this side and the remote scale the delays of their acknowledgements. */
    private long exponent = TransportParameterId.ACK_DELAY_EXPONENT.absent();

    private long remoteExponent = exponent;

    /**
     * @param output takes each record
     * @param now the time of the first event, on the clock of the connection, in nanoseconds
     * @param wallMillis the same time since 1970
     */
    public QlogTracer(Consumer<String> output, boolean client, ConnectionId original, long now, long wallMillis) {
        this.output = output;
        start = now;
        String id = HexFormat.of().formatHex(original.toBytes());
        record(("{\"qlog_version\":\"0.3\",\"qlog_format\":\"JSON-SEQ\",\"title\":\"java-libp2p\",\"trace\":"
                        + "{\"vantage_point\":{\"type\":\"%s\"},\"common_fields\":{\"ODCID\":\"%s\",\"group_id\":\"%s\","
                        + "\"time_format\":\"relative\",\"reference_time\":%d,\"protocol_type\":[\"QUIC\"]}}}")
                .formatted(client ? "client" : "server", id, id, wallMillis));
    }

    /** A record for the reader of the log, without a time. */
    public static String warning(String text) {
        return framed("{\"time\":0,\"name\":\"loglevel:warning\",\"data\":{\"message\":\"" + escaped(text) + "\"}}");
    }

    private void record(String json) {
        output.accept(framed(json));
    }

    private static String framed(String json) {
        return "\u001e" + json + "\n";
    }

    private void event(long now, String name, String data) {
        record("{\"time\":%s,\"name\":\"%s\",\"data\":{%s}}".formatted(decimal(now - start), name, data));
    }

    private static String decimal(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / MILLISECOND);
    }

    private static String header(int level, long number) {
        return "\"header\":{\"packet_type\":\"" + LEVELS[level] + "\",\"packet_number\":" + number + "}";
    }

    private String frames(int level, byte[] bytes, int from, int length, long delayExponent) {
        frames.begin(delayExponent);
        try {
            parser.parse(bytes, from, length, level < LEVELS.length - 1, frames);
        } catch (TransportException malformed) {
            frames.malformed(malformed.frameType());
        }
        return frames.end();
    }

    /** Secrets do not belong into such a log. */
    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {}

    @Override
    public void parameters(boolean local, TransportParameters parameters, long now) {
        long scale = parameters.number(TransportParameterId.ACK_DELAY_EXPONENT);
        if (local) {
            exponent = scale;
        } else {
            remoteExponent = scale;
        }
        StringBuilder data = new StringBuilder(local ? "\"owner\":\"local\"" : "\"owner\":\"remote\"");
        parameters.forEachNumber((parameter, value) -> data.append(",\"")
                .append(parameter.name().toLowerCase(Locale.ROOT))
                .append("\":")
                .append(value));
        event(now, "transport:parameters_set", data.toString());
    }

    @Override
    public void sent(int level, long number, int size, byte[] bytes, int from, int length, long now) {
        event(
                now,
                "transport:packet_sent",
                header(level, number) + ",\"raw\":{\"length\":" + size + "},\"frames\":"
                        + frames(level, bytes, from, length, exponent));
    }

    @Override
    public void received(int level, long number, byte[] bytes, int from, int length, long now) {
        event(
                now,
                "transport:packet_received",
                header(level, number) + ",\"raw\":{\"payload_length\":" + length + "},\"frames\":"
                        + frames(level, bytes, from, length, remoteExponent));
    }

    @Override
    public void lost(int level, long number, long now) {
        event(now, "recovery:packet_lost", header(level, number));
    }

    @Override
    public void recovery(LossRecovery recovery, long now) {
        long newWindow = recovery.congestion().window();
        long newInFlight = recovery.congestion().inFlight();
        long newRoundTrip = recovery.rtt().smoothed();
        if (newWindow == window && newInFlight == inFlight && newRoundTrip == roundTrip) {
            return;
        }
        window = newWindow;
        inFlight = newInFlight;
        roundTrip = newRoundTrip;
        String measured = recovery.rtt().isMeasured()
                ? ",\"smoothed_rtt\":" + decimal(roundTrip) + ",\"latest_rtt\":"
                        + decimal(recovery.rtt().latest()) + ",\"min_rtt\":"
                        + decimal(recovery.rtt().minimum())
                : "";
        event(
                now,
                "recovery:metrics_updated",
                "\"congestion_window\":" + window + ",\"bytes_in_flight\":" + inFlight + measured);
    }

    @Override
    public void closed(CloseCause why, long now) {
        event(
                now,
                "connectivity:connection_closed",
                "\"owner\":\"%s\",\"%s\":%d,\"reason\":\"%s\""
                        .formatted(
                                why.remote() ? "remote" : "local",
                                why.application() ? "application_code" : "connection_code",
                                why.code(),
                                escaped(why.text())));
    }

    @Override
    public void over() {}

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        out.append(c >= ' ' && c < 0x7f && c != '\\' && c != '"' ? Character.toString(c) : unicode(c)));
        return out.toString();
    }

    private static String unicode(int codePoint) {
        StringBuilder out = new StringBuilder();
        for (char unit : Character.toChars(codePoint)) {
            out.append("\\u%04x".formatted((int) unit));
        }
        return out.toString();
    }
}
