package libp2p.quic.qlog;

import java.util.Locale;
import libp2p.quic.wire.AckFrame;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameHandler;

/** Describes the frames of a packet, without what they carry. Reused; one thread at a time. */
final class QlogFrames implements FrameHandler {
    private static final double MICROSECONDS = 1000;

    private final StringBuilder list = new StringBuilder();

    private long delayExponent;

    /** @param exponent the power of two by which the sender scales the delays of its acknowledgements */
    void begin(long exponent) {
        delayExponent = exponent;
        list.setLength(0);
        list.append('[');
    }

    private QlogFrames frame(String type) {
        if (list.length() > 1) {
            list.append(',');
        }
        list.append("{\"frame_type\":\"").append(type).append('"');
        return this;
    }

    private QlogFrames with(String name, long value) {
        list.append(",\"").append(name).append("\":").append(value);
        return this;
    }

    private QlogFrames with(String name, String value) {
        list.append(",\"").append(name).append("\":\"").append(value).append('"');
        return this;
    }

    private void done() {
        list.append('}');
    }

    /** The frame that follows is not understood. */
    void malformed(long type) {
        frame("unknown").with("raw_frame_type", type).done();
    }

    /** The frames in JSON. */
    String end() {
        return list.append(']').toString();
    }

    @Override
    public void ping() {
        frame("ping").done();
    }

    @Override
    public void padding(int length) {
        frame("padding").with("payload_length", length).done();
    }

    @Override
    public void ack(AckFrame ack) {
        frame("ack");
        double millis = ack.delay() * (double) (1L << delayExponent) / MICROSECONDS;
        list.append(",\"ack_delay\":").append(String.format(Locale.ROOT, "%.3f", millis));
        list.append(",\"acked_ranges\":[");
        for (int i = 0; i < ack.ranges(); i++) {
            list.append(i == 0 ? "[" : ",[")
                    .append(ack.smallest(i))
                    .append(',')
                    .append(ack.largest(i))
                    .append(']');
        }
        list.append(']');
        if (ack.hasEcn()) {
            with("ect0", ack.ect0()).with("ect1", ack.ect1()).with("ce", ack.ce());
        }
        done();
    }

    @Override
    public void crypto(long offset, byte[] bytes, int at, int length) {
        frame("crypto").with("offset", offset).with("length", length).done();
    }

    @Override
    public void stream(long id, long offset, byte[] bytes, int at, int length, boolean fin) {
        frame("stream").with("stream_id", id).with("offset", offset).with("length", length);
        list.append(fin ? ",\"fin\":true" : "");
        done();
    }

    @Override
    public void resetStream(long id, long code, long finalSize, long reliableSize) {
        frame("reset_stream")
                .with("stream_id", id)
                .with("error_code", code)
                .with("final_size", finalSize)
                .with("reliable_size", reliableSize)
                .done();
    }

    @Override
    public void stopSending(long id, long code) {
        frame("stop_sending").with("stream_id", id).with("error_code", code).done();
    }

    @Override
    public void newToken(byte[] token) {
        frame("new_token");
        list.append(",\"token\":{\"raw\":{\"length\":").append(token.length).append("}}");
        done();
    }

    @Override
    public void maxData(long maximum) {
        frame("max_data").with("maximum", maximum).done();
    }

    @Override
    public void maxStreamData(long id, long maximum) {
        frame("max_stream_data").with("stream_id", id).with("maximum", maximum).done();
    }

    @Override
    public void maxStreams(boolean bidirectional, long maximum) {
        frame("max_streams")
                .with("stream_type", bidirectional ? "bidirectional" : "unidirectional")
                .with("maximum", maximum)
                .done();
    }

    @Override
    public void dataBlocked(long limit) {
        frame("data_blocked").with("limit", limit).done();
    }

    @Override
    public void streamDataBlocked(long id, long limit) {
        frame("stream_data_blocked").with("stream_id", id).with("limit", limit).done();
    }

    @Override
    public void streamsBlocked(boolean bidirectional, long limit) {
        frame("streams_blocked")
                .with("stream_type", bidirectional ? "bidirectional" : "unidirectional")
                .with("limit", limit)
                .done();
    }

    @Override
    public void newConnectionId(long sequence, long retirePriorTo, ConnectionId id, byte[] resetToken) {
        frame("new_connection_id")
                .with("sequence_number", sequence)
                .with("retire_prior_to", retirePriorTo)
                .with("connection_id", java.util.HexFormat.of().formatHex(id.toBytes()))
                .done();
    }

    @Override
    public void retireConnectionId(long sequence) {
        frame("retire_connection_id").with("sequence_number", sequence).done();
    }

    @Override
    public void pathChallenge(long data) {
        frame("path_challenge").with("data", "%016x".formatted(data)).done();
    }

    @Override
    public void pathResponse(long data) {
        frame("path_response").with("data", "%016x".formatted(data)).done();
    }

    @Override
    public void connectionClose(boolean application, long code, String reason) {
        frame("connection_close")
                .with("error_space", application ? "application" : "transport")
                .with("error_code", code)
                .done();
    }

    @Override
    public void handshakeDone() {
        frame("handshake_done").done();
    }

    @Override
    public void datagram(byte[] bytes, int at, int length) {
        frame("datagram").with("length", length).done();
    }
}
