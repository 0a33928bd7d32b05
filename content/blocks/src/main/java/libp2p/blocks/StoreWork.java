package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something for the writer of a store; its fields are guarded by the lock of the store. The data of its entries is
 * kept only until they stand in the file, since the disk may take much longer to make them durable.
 */
final class StoreWork {
    private static final byte[] WRITTEN = {};

    private final List<SegmentFiles.Entry> entries;
    /** Place at which each entry must be for it to be moved; null for new blocks. */
    final @Nullable List<Location> moved;

    /** Of the data of blocks. */
    final long bytes;

    private final Consumer<@Nullable IOException> ended;
    private boolean appended;
    private boolean awaited;
    private boolean done;

    private @Nullable IOException failure;

    /** @param ended hears once that the work is done, or why it has failed, with the lock held */
    StoreWork(List<SegmentFiles.Entry> entries, @Nullable List<Location> moved, Consumer<@Nullable IOException> ended) {
        this.ended = ended;
        this.entries = new ArrayList<>(entries);
        this.moved = moved;
        bytes = entries.stream()
                .filter(entry -> entry.type() == SegmentFiles.BLOCK)
                .mapToLong(entry -> entry.data().length)
                .sum();
    }

    /** The records to be written, in order; without their data once they stand in the file. */
    List<SegmentFiles.Entry> entries() {
        return entries;
    }

    /** The entries stand in the file: their data is forgotten. */
    void appended() {
        entries.replaceAll(entry -> new SegmentFiles.Entry(entry.type(), entry.hash(), WRITTEN));
        appended = true;
    }

    /** Whether the entries stand in the file, or the work has ended without. */
    boolean isAppended() {
        return appended || done;
    }

    /** A caller waits until the work is durable: it is to be forced soon. */
    void await() {
        awaited = true;
    }

    boolean isAwaited() {
        return awaited;
    }

    boolean isDone() {
        return done;
    }

    /** Why the work has failed, if it has. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** The work is done, or has failed. */
    void end(@Nullable IOException cause) {
        failure = cause;
        done = true;
        ended.accept(cause);
    }
}
