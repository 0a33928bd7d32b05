package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.quic.stream.QuicStream;
import libp2p.streams.engine.Turn;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Streams of a session whose remote does to one way what libp2p does to both. */
class SessionStreamsTest {
    /** WT_STREAM and the id of the session. */
    private static final int HEADER = 3;

    private static final int PARDONED = 64 << 10;

    private static QuicStream open(RawClient client) throws Exception {
        client.settings();
        assertThat(RawClient.status(client.session())).isEqualTo("200");
        try (Turn turn = client.connection.enter()) {
            QuicStream stream = client.connection.engine().streams().open(true);
            stream.write(new byte[] {0x40, 0x41, 0}, 0, HEADER);
            return stream;
        }
    }

    private static void requireReset(long code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StreamResetException.class, reset -> {
            assertThat(reset.code()).isEqualTo(code);
            assertThat(reset.isRemote()).isTrue();
        });
    }

    /** A client could not tell whose stream it was, if the header were lost with the rest. */
    @Test
    void theHeaderOfAStreamArrivesThoughItIsResetAtOnce() {
        RawServer.serve((simulation, client, server) -> {
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

    @Test
    void aStreamOfWhichTheRemoteResetsItsWayIsNotWrittenEither() {
        RawServer.serve((simulation, client, server) -> {
            QuicStream stream = open(client);
            MuxedStream heard = server.streams().accept(Deadline.NONE);
            try (Turn turn = client.connection.enter()) {
                stream.resetAt(StreamCodes.toWire(7), HEADER);
            }
            requireReset(7, () -> heard.read(ByteBuffer.allocate(1)));
            requireReset(7, () -> heard.write(new byte[1], 0, 1));
            simulation.await("the other way", Duration.ofSeconds(5), () -> stream.remoteReset() >= 0);
        });
    }

    /** One that has all that it wants is no failure of a late answer, but of one without end. */
    @Test
    void aLateAnswerToASatisfiedReaderIsDroppedUpToABound() {
        RawServer.serve((simulation, client, server) -> {
            QuicStream stream = open(client);
            MuxedStream heard = server.streams().accept(Deadline.NONE);
            try (Turn turn = client.connection.enter()) {
                stream.stopSending(StreamCodes.toWire(ErrorCode.NONE));
            }
            simulation.sleep(Duration.ofSeconds(1));
            byte[] half = new byte[PARDONED / 2];
            heard.write(half, 0, half.length);
            heard.write(half, 0, half.length);
            requireReset(ErrorCode.NONE, () -> heard.write(new byte[1], 0, 1));
        });
    }

    /** Each part takes less than the time that closing waits, and all together far more. */
    @Test
    void closingWaitsAsLongAsBytesArrive() {
        RawServer.serve((simulation, client, server) -> {
            client.settings();
            assertThat(RawClient.status(client.session())).isEqualTo("200");
            MuxedStream written = client.ofSession(0);
            byte[] all = new byte[500 << 10];
            written.write(all, 0, all.length);
            written.closeWrite();
            client.connection.close(ErrorCode.NONE, "");
            MuxedStream read = server.streams().accept(Deadline.NONE);
            byte[] part = new byte[50 << 10];
            int count = 0;
            int got;
            while ((got = read.read(part, 0, part.length)) >= 0) {
                count += got;
                simulation.sleep(Duration.ofMillis(300));
            }
            assertThat(count).isEqualTo(all.length);
        });
    }
}
