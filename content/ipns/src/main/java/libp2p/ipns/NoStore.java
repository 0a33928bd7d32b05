package libp2p.ipns;

import libp2p.core.environment.Deadline;
import libp2p.core.routing.Results;
import libp2p.core.routing.ValueStore;
import org.jspecify.annotations.Nullable;

/** Tells no peer and knows nothing: published records are kept by their publisher alone. */
final class NoStore implements ValueStore {
    @Override
    public void putValue(byte[] key, byte[] value, Deadline deadline) {}

    @Override
    public byte @Nullable [] getValue(byte[] key, Deadline deadline) {
        return null;
    }

    @Override
    public byte @Nullable [] getValue(byte[] key, int quorum, Deadline deadline) {
        return null;
    }

    @Override
    public Results<byte[]> searchValue(byte[] key, int quorum, Deadline deadline) {
        return Results.none();
    }
}
