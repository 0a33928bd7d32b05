package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.graphsync.GraphSync;
import libp2p.multiformats.Varint;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * A stranger sends the largest messages that are read, all but their last bytes, over many streams at a time (simulated
 * time): what has come of them is charged to the stranger, and so ends where its memory ends.
 */
class UnfinishedMessagesTest {
    private static final int STREAMS = 24;
    private static final int MESSAGE = 4 << 20;
    /** The memory that a victim with a heap of 64 MiB gives one peer. */
    private static final long PEER = 16 << 20;
    /** Windows of the streams, whose bytes the victim has not taken. */
    private static final long WINDOWS = STREAMS * (512L << 10);

    private static long send(World world, String protocol, byte[] head) throws Exception {
        TestNode victim = world.nodeOnASmallHeap("victim", builder -> {
            builder.with(Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT)));
            builder.with(GraphSync.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT)));
        });
        TestNode stranger = world.node("stranger");
        stranger.connect(victim);
        AtomicLong came = new AtomicLong();
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            world.spawn("stream " + i, () -> {
                Stream stream = stranger.host().open(victim.address(), protocol);
                streams.add(stream);
                try {
                    stream.write(head);
                    byte[] piece = new byte[32 << 10];
                    for (int sent = 0; sent < MESSAGE - (64 << 10); sent += piece.length) {
                        stream.write(piece);
                        came.addAndGet(piece.length);
                    }
                } catch (IOException ended) {
                    // there is no room for it
                }
            });
        }
        world.sleep(Duration.ofSeconds(100));
        streams.forEach(stream -> stream.reset(ErrorCode.NONE));
        world.sleep(Duration.ofSeconds(5));
        return came.get();
    }

    /** A field of bytes that is as long as the message. */
    private static byte[] head(int field) {
        byte[] length = Varint.encode(MESSAGE);
        byte[] tag = Varint.encode((long) field << 3 | 2);
        byte[] inner = Varint.encode(MESSAGE - 6);
        byte[] all = new byte[length.length + tag.length + inner.length];
        System.arraycopy(length, 0, all, 0, length.length);
        System.arraycopy(tag, 0, all, length.length, tag.length);
        System.arraycopy(inner, 0, all, length.length + tag.length, inner.length);
        return all;
    }

    @Test
    void ofBitswapAreChargedToTheirSender() {
        World.underSeeds(1, world -> {
            assertThat(send(world, "/ipfs/bitswap/1.2.0", head(9))).isLessThanOrEqualTo(PEER + WINDOWS);
        });
    }

    @Test
    void ofGraphSyncAreChargedToTheirSender() {
        World.underSeeds(1, world -> {
            assertThat(send(world, "/ipfs/graphsync/2.0.0", Varint.encode(MESSAGE)))
                    .isLessThanOrEqualTo(PEER + WINDOWS);
        });
    }
}
