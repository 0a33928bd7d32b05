package libp2p.crypto.engine.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Small pieces of native memory for the arguments of contexts. Pieces that come back serve the next contexts and stay
 * for good, as many as there ever were contexts at a time: a piece of its own for each would take an arena, which is
 * ten objects. Thread-safe.
 */
final class ArgumentCells {
    /** Bytes of a cell. */
    static final int SIZE = 128;

    private static final int AT_ONCE = 64;
    private static final int ALIGNMENT = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Cell> free = new ArrayDeque<>();

    /**
     * A piece of zeros.
     *
     * @param bytes the memory, in the byte order of the processor
     * @param address where it is
     */
    record Cell(ByteBuffer bytes, long address) {}

    Cell take() {
        lock.lock();
        try {
            if (free.isEmpty()) {
                more();
            }
            Cell cell = free.removeLast();
            cell.bytes.order(ByteOrder.nativeOrder()); // a user of it may have changed that
            return cell;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a cell back and wipes it; the caller must not touch it again. */
    void give(Cell cell) {
        for (int i = 0; i < SIZE; i += Long.BYTES) {
            cell.bytes.putLong(i, 0);
        }
        lock.lock();
        try {
            free.addLast(cell);
        } finally {
            lock.unlock();
        }
    }

    private void more() {
        MemorySegment slab = Arena.global().allocate((long) AT_ONCE * SIZE, ALIGNMENT);
        ByteBuffer bytes = slab.asByteBuffer();
        for (int i = 0; i < AT_ONCE; i++) {
            free.addLast(new Cell(bytes.slice(i * SIZE, SIZE), slab.address() + i * SIZE));
        }
    }
}
