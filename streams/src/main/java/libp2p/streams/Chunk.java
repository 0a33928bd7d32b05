package libp2p.streams;

import org.jspecify.annotations.Nullable;

/** A piece of a {@link ByteQueue}. It has one owner at a time: the pool, or the queue that took it. */
final class Chunk {
    final byte[] bytes;

    @Nullable
    Chunk next;

    Chunk(int size) {
        bytes = new byte[size];
    }
}
