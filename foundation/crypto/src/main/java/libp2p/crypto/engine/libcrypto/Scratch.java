package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native memory for the arguments of one operation, wiped when it ends. For one thread. */
final class Scratch implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment memory;
    private long used;

    /** For arguments of {@code size} bytes in all. */
    Scratch(long size) {
        this(Arena.ofConfined(), size);
    }

    /** Takes its memory from an arena, and closes it. */
    Scratch(Arena arena, long size) {
        this.arena = arena;
        memory = arena.allocate(size + 64, 8);
    }

    MemorySegment copy(byte[] bytes) {
        return copy(bytes, 0, bytes.length);
    }

    MemorySegment copy(byte[] bytes, int offset, int length) {
        MemorySegment segment = allocate(length);
        MemorySegment.copy(bytes, offset, segment, ValueLayout.JAVA_BYTE, 0, length);
        return segment;
    }

    MemorySegment allocate(long length) {
        MemorySegment segment = memory.asSlice(used, length);
        used += (length + 7) & -8L;
        return segment;
    }

    /** A string of C. */
    MemorySegment text(String ascii) {
        MemorySegment segment = allocate(ascii.length() + 1L);
        segment.setString(0, ascii);
        return segment;
    }

    /** The address of a {@code size_t} that holds a value. */
    long size(long value) {
        MemorySegment segment = allocate(8);
        segment.set(ValueLayout.JAVA_LONG, 0, value);
        return segment.address();
    }

    @Override
    public void close() {
        memory.fill((byte) 0);
        arena.close();
    }
}
