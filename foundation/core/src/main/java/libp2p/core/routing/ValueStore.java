package libp2p.core.routing;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/** Stores and finds small validated values in the network, under keys such as {@code /ipns/…}. Thread-safe. */
public interface ValueStore {
    /**
     * Stores a value at the peers responsible for its key; blocks.
     *
     * @throws libp2p.core.record.InvalidRecordException if the validator of the key's namespace refuses the value, or
     *     there is no such validator
     * @throws IOException if no peer took it
     */
    void putValue(byte[] key, byte[] value, Deadline deadline) throws IOException;

    /** As {@link #getValue(byte[], int, Deadline)} with the quorum of the implementation's configuration. */
    byte @Nullable [] getValue(byte[] key, Deadline deadline) throws IOException;

    /**
     * The best valid value that was found, or null; blocks.
     *
     * @param quorum peers that must have answered with a valid value before the search ends early; 0 asks all peers
     *     responsible for the key
     */
    byte @Nullable [] getValue(byte[] key, int quorum, Deadline deadline) throws IOException;

    /** Searches for values: each result is valid and better than the ones before it. Does not block. */
    Results<byte[]> searchValue(byte[] key, int quorum, Deadline deadline);
}
