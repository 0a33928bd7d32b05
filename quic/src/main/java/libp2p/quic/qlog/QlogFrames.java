package libp2p.quic.qlog;

import libp2p.quic.wire.AckFrame;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameHandler;
import libp2p.quic.wire.FrameType;

/** Describes the frames of a packet, without what they carry. Reused; one thread at a time. */
final class QlogFrames implements FrameHandler {
    private final StringBuilder list = new StringBuilder();

    void begin() {
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

    /** The frames that follow are not understood. */
    void malformed() {
        frame("unknown").done();
    }

    /** The frames in JSON; those that no handler hears of are found by their bytes. */
    String end(byte[] bytes, int from, int length) {
        if (list.length() == 1 && length > 0) {
            int type = bytes[from];
            frame(type == FrameType.PING ? "ping" : type == FrameType.PADDING ? "padding" : "other")
                    .done();
        }
        return list.append(']').toString();
    }

    @Override
    public void ack(AckFrame ack) {
        frame("ack").with("ack_delay_microseconds_scaled", ack.delay());
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
        frame("new_token").with("length", token.length).done();
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
    public void streamDataBlocked(long id) {
        frame("stream_data_blocked").with("stream_id", id).done();
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
