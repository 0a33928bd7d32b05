import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** One program of the seeds, in both roles. */
interface SeedProgram {
    /** Adds what the host needs before it starts. */
    default void prepare(HostBuilder host, SeedOptions options) throws Exception {}

    /** Whether the launcher connects before the program dials. */
    default boolean connectsFirst() {
        return true;
    }

    /** Serves; returns at once. */
    void listen(Host host, SeedOptions options, SeedOutput out) throws Exception;

    /** Asks the peer; an exception says why it was refused. */
    void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception;
}
