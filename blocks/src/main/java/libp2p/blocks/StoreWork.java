package libp2p.blocks;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something for the writer of a store; its fields are guarded by the lock of the store. */
final class StoreWork {
    final List<SegmentFiles.Entry> entries;
    /** Place at which each entry must be for it to be moved; null for new blocks. */
    final @Nullable List<Location> moved;

    final long bytes;
    boolean done;

    @Nullable
    IOException failure;

    StoreWork(List<SegmentFiles.Entry> entries, @Nullable List<Location> moved) {
        this.entries = entries;
        this.moved = moved;
        bytes = entries.stream().mapToLong(entry -> entry.data().length).sum();
    }

    /** The work is done, or has failed. */
    void end(@Nullable IOException cause) {
        failure = cause;
        done = true;
    }
}
