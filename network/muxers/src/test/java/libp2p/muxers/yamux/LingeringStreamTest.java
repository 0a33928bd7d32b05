package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.contracts.muxer.MuxedPair.Worker;
import libp2p.core.connection.ErrorCode;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.MuxerLimits;
import org.junit.jupiter.api.Test;

/** A stream that was closed waits for its peer to take the rest, but not for one that takes it byte by byte. */
class LingeringStreamTest {
    private static final int WINDOW = 256 << 10;
    /** Bytes that wait for credit when the stream is closed. */
    private static final int REST = 200_000;
    /** As many parts of the rest as may take the time to linger each. */
    private static final int PARTS = 64;
    /** Less than {@link MuxerLimits#lingerTimeout}. */
    private static final Duration PAUSE = Duration.ofSeconds(59);

    /** No ping comes between the frames of the stream. */
    private static final MuxerLimits LIMITS = MuxerLimits.DEFAULT.withYamux(
            new MuxerLimits.Yamux(256, 16 << 20, 32, Duration.ofDays(1), Duration.ofSeconds(20)));

    private interface Story {
        void tell(RawPeer peer, AtomicBoolean ended) throws Exception;
    }

    /** The stream is closed, its first window was sent, and nothing more of it can go. */
    private static void afterClose(Story story) throws Exception {
        try (RawPeer peer = new RawPeer(LIMITS)) {
            peer.send(Frame.PING, Frame.ACK, 0, peer.any().length());
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, 2, 0);
            MuxedStream stream = peer.connection.acceptStream();
            AtomicBoolean ended = new AtomicBoolean();
            stream.onEnd(() -> ended.set(true));
            peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, 2, 0);
            Worker<Void> writer = Worker.start(() -> {
                stream.write(new byte[WINDOW], 0, WINDOW);
                return null;
            });
            for (long got = 0; got < WINDOW; ) {
                got += peer.next().length();
            }
            writer.result().get();
            stream.write(new byte[REST], 0, REST);
            stream.close();
            story.tell(peer, ended);
        }
    }

    @Test
    void isResetThoughItsPeerTakesAByteNowAndThen() throws Exception {
        afterClose((peer, ended) -> {
            Duration passed = Duration.ZERO;
            Duration most = LIMITS.lingerTimeout().multipliedBy(PARTS);
            RawPeer.Received frame = null;
            while (!ended.get() && passed.compareTo(most) < 0) {
                peer.environment.advance(PAUSE);
                passed = passed.plus(PAUSE);
                peer.send(Frame.WINDOW_UPDATE, 0, 2, 1);
                frame = peer.next();
            }
            assertThat(ended).as("ended after " + passed).isTrue();
            assertThat(frame).isNotNull();
            assertThat(frame.flags()).isEqualTo(Frame.RST);
            assertThat(frame.length()).isEqualTo(ErrorCode.STREAM_GARBAGE_COLLECTED);
        });
    }

    @Test
    void isSentToItsEndIfItsPeerTakesAPartEachTime() throws Exception {
        afterClose((peer, ended) -> {
            int part = REST / PARTS;
            for (int sent = 0; sent < REST; sent += part) {
                peer.environment.advance(PAUSE);
                peer.send(Frame.WINDOW_UPDATE, 0, 2, part);
                peer.expect(Frame.DATA, 0, 2, part);
            }
            peer.expect(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);
            peer.environment.advance(PAUSE);
            assertThat(ended).isFalse();
            peer.send(Frame.WINDOW_UPDATE, Frame.FIN, 2, 0);
            peer.environment.advance(Duration.ofSeconds(1));
            assertThat(ended).isTrue();
        });
    }
}
