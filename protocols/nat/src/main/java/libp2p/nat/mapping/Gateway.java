package libp2p.nat.mapping;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.environment.Deadline;

/** A router that maps ports. One thread at a time. */
interface Gateway extends AutoCloseable {
    /**
     * Maps a port, or renews its mapping; blocks.
     *
     * @param wanted the outside port that is asked for; another one may be given
     */
    Mapping map(PortProtocol protocol, int inside, int wanted, Duration lease, Deadline deadline) throws IOException;

    /** Removes a mapping; blocks. */
    void unmap(Mapping mapping, Deadline deadline) throws IOException;

    @Override
    void close();
}
