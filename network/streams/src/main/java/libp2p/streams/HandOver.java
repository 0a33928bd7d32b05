package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.muxer.MuxedStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes from one stream into another without a look at them. Whole chunks change hands where the other stream
 * keeps its bytes in chunks too. Everything else is lent to the other stream where it lies, so that it is copied once.
 */
final class HandOver {
    private HandOver() {}

    /** See {@link libp2p.core.connection.Stream#transferTo}. */
    static int move(MuxerStream from, MuxedStream to, int most) throws IOException {
        if (!(to instanceof MuxerStream other) || other == from) {
            return lend(from, to, most);
        }
        if (!from.receiving.awaitDetachable()) {
            return -1;
        }
        int room = other.sending.awaitMemory(ChunkPool.LARGE);
        @Nullable ChunkRun run;
        try (FlushTurn turn = from.muxer().beginTurn()) {
            run = from.receiving.detach(most, room, turn);
        }
        if (run == null) { // less is wanted than the first chunk holds, or there is news to be read
            return lend(from, to, most);
        }
        from.settleIfForgotten();
        try (FlushTurn turn = other.muxer().beginTurn()) {
            other.sending.attach(run, turn);
        }
        return run.bytes();
    }

    private static int lend(MuxerStream from, MuxedStream to, int most) throws IOException {
        ByteBuffer lent = from.receiving.lendChunk(most);
        if (lent == null) {
            return -1;
        }
        int count = lent.remaining();
        try {
            to.write(lent);
        } finally {
            try (FlushTurn turn = from.muxer().beginTurn()) { // reading may grant credit
                from.receiving.giveBack(count, turn);
            }
            from.settleIfForgotten();
        }
        return count;
    }
}
