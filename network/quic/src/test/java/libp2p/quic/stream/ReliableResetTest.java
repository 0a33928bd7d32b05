package libp2p.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import libp2p.quic.wire.WireInput;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A reset whose first bytes are reliable waits until the credit of the connection lets those leave: its final size counts
 * against the credit too (RFC 9000, section 4.5), and a remote ends the connection if it goes beyond.
 */
class ReliableResetTest {
    private static final int CREDIT = 1000;
    private static final int RELIABLE = 5;
    private static final long CODE = 7;

    private final Streams streams = new Streams(true, QuicStreamLimits.DEFAULT, new StreamChunks(1 << 20));

    ReliableResetTest() {
        streams.remoteParameters(new TransportParameters()
                .put(TransportParameterId.INITIAL_MAX_DATA, CREDIT)
                .put(TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, CREDIT)
                .put(TransportParameterId.INITIAL_MAX_STREAMS_BIDI, 2)
                .put(TransportParameterId.RESET_STREAM_AT));
    }

    /** The frames of the next packet; null if there are none. */
    private @Nullable WireInput next() {
        byte[] packet = new byte[1200];
        FrameOutput out = new FrameOutput().reset(packet, 0, packet.length);
        streams.send(out, null, 0, 0);
        return out.at() == 0 ? null : new WireInput().reset(packet, 0, out.at());
    }

    private QuicStream open(int bytes) {
        QuicStream stream = streams.open(true);
        assertThat(stream.write(new byte[bytes], 0, bytes)).isEqualTo(bytes);
        return stream;
    }

    @Test
    void waitsForCreditOfTheConnection() throws Exception {
        open(CREDIT);
        assertThat(next()).isNotNull();
        QuicStream stream = open(2 * RELIABLE);
        stream.resetAt(CODE, RELIABLE);
        assertThat(next()).as("without credit").isNull();
        streams.maxData(CREDIT + 3);
        requireStream(next(), stream, 3);
        assertThat(next()).isNull();
        streams.maxData(2 * CREDIT);
        requireStream(next(), stream, RELIABLE - 3);
        WireInput reset = next();
        assertThat(reset).isNotNull();
        assertThat(reset.varint()).isEqualTo(FrameType.RESET_STREAM_AT);
        assertThat(reset.varint()).isEqualTo(stream.id());
        assertThat(reset.varint()).isEqualTo(CODE);
        assertThat(reset.varint()).as("final size").isEqualTo(RELIABLE);
        assertThat(reset.varint()).as("reliable size").isEqualTo(RELIABLE);
        assertThat(next()).isNull();
    }

    private static void requireStream(@Nullable WireInput frame, QuicStream stream, int length) throws Exception {
        assertThat(frame).isNotNull();
        assertThat(frame.varint()).isBetween((long) FrameType.STREAM, FrameType.STREAM + 7L);
        assertThat(frame.varint()).isEqualTo(stream.id());
        int header = 2 + (length == 3 ? 0 : 1); // an offset of 0 is left out
        assertThat(frame.remaining()).as("length and bytes").isBetween(length, length + header);
    }
}
