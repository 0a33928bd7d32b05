package libp2p.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.quic.recovery.SentFrame;
import libp2p.quic.wire.FrameOutput;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import org.junit.jupiter.api.Test;

/**
 * A reset forgets the bytes behind those that are reliable, those too that have arrived before them: the bounds on what a
 * connection holds count each byte once.
 */
class ReliableResetMemoryTest {
    private static final int RELIABLE = 3;
    private static final long CODE = 7;
    private static final int LARGEST_PACKET = 1 << 20;
    private static final int QUEUE = QuicStreamLimits.DEFAULT.sendQueue();

    private final Streams streams = new Streams(true, QuicStreamLimits.DEFAULT, new StreamChunks(1 << 20));

    ReliableResetMemoryTest() {
        streams.remoteParameters(new TransportParameters()
                .put(TransportParameterId.INITIAL_MAX_DATA, 1 << 30)
                .put(TransportParameterId.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, RELIABLE)
                .put(TransportParameterId.INITIAL_MAX_STREAMS_BIDI, 10)
                .put(TransportParameterId.RESET_STREAM_AT));
    }

    /** The frame of the next packet. */
    private SentFrame next() {
        SentFrame frame =
                streams.send(new FrameOutput().reset(new byte[LARGEST_PACKET], 0, LARGEST_PACKET), null, 0, 0);
        assertThat(frame).isNotNull();
        return frame;
    }

    /** The first bytes arrive last, when the rest has arrived and the stream is reset behind them. */
    private void resetBeforeTheFirstBytesArrive(int bytes) throws Exception {
        QuicStream stream = streams.open(true);
        assertThat(stream.write(new byte[bytes], 0, bytes)).isEqualTo(bytes);
        SentFrame first = next();
        streams.maxStreamData(stream.id(), bytes);
        next().acknowledged();
        stream.resetAt(CODE, RELIABLE);
        assertThat(streams.buffered()).isEqualTo(RELIABLE);
        first.acknowledged();
        next().acknowledged(); // the reset itself
    }

    @Test
    void bytesThatHaveArrivedAreTakenOffOnce() throws Exception {
        resetBeforeTheFirstBytesArrive(1000);
        assertThat(streams.buffered()).isZero();
    }

    @Test
    void eachStreamHasItsQueueAndNoMore() throws Exception {
        for (int i = 0; i < 3; i++) {
            resetBeforeTheFirstBytesArrive(QUEUE);
        }
        assertThat(streams.open(true).room()).isEqualTo(QUEUE);
    }

    /** A caller that writes all it has goes round for ever when the room is less than nothing. */
    @Test
    void roomIsNeverLessThanNothing() {
        SendReserve reserve = new SendReserve(QUEUE, 0);
        assertThat(reserve.room(0, Integer.MIN_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(reserve.room(0, Long.MIN_VALUE / 2)).isEqualTo(Integer.MAX_VALUE);
        assertThat(reserve.room(QUEUE + 1, 0)).isZero();
        assertThat(reserve.room(Integer.MAX_VALUE, Long.MAX_VALUE / 2)).isZero();
    }
}
