package libp2p.core.routing;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/** Stores and finds small validated values in the network. */
public interface ValueStore {
    void putValue(byte[] key, byte[] value, Deadline deadline) throws IOException;

    /** The best valid value that was found, or null. */
    byte @Nullable [] getValue(byte[] key, Deadline deadline) throws IOException;
}
