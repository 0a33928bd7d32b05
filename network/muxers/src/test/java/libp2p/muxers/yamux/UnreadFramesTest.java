package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import libp2p.contracts.muxer.MemoryLink;
import libp2p.contracts.muxer.MuxedPair;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.MuxerLimits;
import org.junit.jupiter.api.Test;

/** A peer that opens streams and resets them, and reads nothing: their acknowledgements wait to be sent, and so they. */
class UnreadFramesTest {
    /** As the connection has it. */
    private static final int RESETS = 4_096;

    private static final int AT_ONCE = 10;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Semaphore arrived = new Semaphore(0);

    /** Resets the stream before, and opens one. */
    private static void replace(RawPeer peer, long id) throws Exception {
        if (id > 2) {
            peer.put(Frame.WINDOW_UPDATE, Frame.RST, id - 2, 0);
        }
        peer.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
    }

    @Test
    void streamsThatEndBeforeTheirAcknowledgementIsReadAreSlowedLikeRefusedOnes() throws Exception {
        requireThatTheyAreSlowed(next -> {});
    }

    /** What the host does with streams on which a protocol is asked for that it does not have. */
    @Test
    void streamsThatThePeerResetsBeforeItHasReadThatThisHostDidSoAreSlowedToo() throws Exception {
        requireThatTheyAreSlowed(next -> next.reset(7));
    }

    private void requireThatTheyAreSlowed(Consumer<MuxedStream> handler) throws Exception {
        MemoryLink.Shape narrow = new MemoryLink.Shape(1000, 1000, 0);
        MuxerLimits limits = MuxerLimits.DEFAULT.withRefusals(new MuxerLimits.Refusals(256, AT_ONCE, PAUSE));
        try (RawPeer peer = new RawPeer(limits, new TestScope(), narrow, 1)) {
            MuxedStream stream = peer.connection.openStream(Deadline.NONE);
            var writer = MuxedPair.Worker.start(() -> {
                byte[] much = new byte[1 << 20];
                stream.write(much, 0, much.length);
                return null;
            });
            peer.awaitStall();
            peer.connection.onStream(next -> {
                handler.accept(next);
                arrived.release();
            });
            long id = 2;
            for (int i = 0; i <= AT_ONCE + 1; i++, id += 2) {
                replace(peer, id);
                arrived.acquire();
            }
            long received = peer.received();
            replace(peer, id);
            peer.environment.advance(PAUSE.minusMillis(1));
            assertThat(peer.received()).isEqualTo(received);
            assertThat(arrived.availablePermits()).isZero();
            peer.environment.advance(Duration.ofMillis(1));
            arrived.acquire();
            peer.environment.advance(Duration.ofSeconds(10)); // the write that waits for the peer is given up
            assertThatThrownBy(() -> writer.result().get()).hasCauseInstanceOf(ConnectionClosedException.class);
        }
    }

    /** Each stream costs its peer two frames and this host a thread, though the peer reads what it is told. */
    @Test
    void streamsThatAreOpenedAndResetInTurnsAreSlowedAfterAWhile() throws Exception {
        int atATime = 128;
        int beyond = 100;
        try (RawPeer peer = new RawPeer(MuxerLimits.DEFAULT, new TestScope(), MemoryLink.Shape.PLAIN, 1)) {
            peer.connection.onStream(next -> arrived.release());
            long id = 2;
            for (int opened = 0; opened < RESETS + beyond; ) {
                int count = Math.min(atATime, RESETS + beyond - opened);
                for (int i = 0; i < count; i++) {
                    peer.put(Frame.WINDOW_UPDATE, Frame.SYN, id + 2L * i, 0);
                }
                peer.flush();
                arrived.acquire(count);
                for (int i = 0; i < count; i++, id += 2) {
                    peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, id, 0);
                }
                for (int i = count; i > 0; i--) {
                    peer.put(Frame.WINDOW_UPDATE, Frame.RST, id - 2L * i, 0);
                }
                peer.flush();
                opened += count;
            }
            peer.environment.advance(Duration.ZERO); // the resets are read before the next stream comes
            peer.send(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
            peer.environment.advance(Duration.ofMillis(beyond - 1));
            assertThat(arrived.availablePermits()).isZero();
            peer.environment.advance(Duration.ofMillis(1));
            arrived.acquire();
            peer.expect(Frame.WINDOW_UPDATE, Frame.ACK, id, 0);
        }
    }
}
