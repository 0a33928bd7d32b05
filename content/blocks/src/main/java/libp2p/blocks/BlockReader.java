package libp2p.blocks;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks from a log. A block that is damaged is told and forgotten, so that it counts as missing, and the next put
 * heals it. Thread-safe.
 */
final class BlockReader {
    private static final System.Logger LOG = System.getLogger(SegmentBlockStore.class.getName());
    private static final int LOOKUPS = 5;

    private final Environment environment;
    private final SegmentFiles files;
    private final LocationIndex locations;
    private final LogDamages damages;

    BlockReader(Environment environment, SegmentFiles files, LocationIndex locations, LogDamages damages) {
        this.environment = environment;
        this.files = files;
        this.locations = locations;
        this.damages = damages;
    }

    /** The data of a block, or null if it is not here or damaged; on a thread that may wait for the disk. */
    byte @Nullable [] find(Multihash hash) throws IOException {
        IOException failure = null;
        Location damaged = null;
        for (int i = 0; i < LOOKUPS; i++) {
            Location location = locations.readable(hash);
            if (location == null) {
                return null;
            }
            try {
                return files.read(hash, location);
            } catch (ClosedChannelException e) { // another file was opened in its place
                failure = e;
            } catch (CorruptBlockException e) { // perhaps it has just been moved: looked up and read once more
                failure = e;
                if (location.equals(damaged) && forget(hash, location, e)) {
                    return null;
                }
                damaged = location;
            }
        }
        throw failure == null ? new StoreException("block store: " + hash + " keeps moving", null) : failure;
    }

    /** The data of a block that is not being moved, or null if it is damaged; blocks for the disk. */
    byte @Nullable [] read(Multihash hash, Location location) throws IOException {
        return LogWriter.offload(environment, () -> {
            for (int i = 0; ; i++) {
                try {
                    return files.read(hash, location);
                } catch (ClosedChannelException e) {
                    if (i == LOOKUPS) {
                        throw e;
                    }
                } catch (CorruptBlockException e) {
                    if (i > 0) {
                        forget(hash, location, e);
                        return null;
                    }
                }
            }
        });
    }

    /** Says that a block is damaged, and forgets its place, unless it has another by now. */
    private boolean forget(Multihash hash, Location location, CorruptBlockException cause) throws IOException {
        return locations.forget(hash, location, () -> tell(hash, cause));
    }

    private void tell(Multihash hash, CorruptBlockException cause) {
        damages.add(new LogDamage(hash, String.valueOf(cause.getMessage())));
        LOG.log(Level.WARNING, "block {0} is lost until it is put or fetched again: {1}", hash, cause.getMessage());
    }
}
