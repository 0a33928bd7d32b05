package libp2p;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.limits.LimitSet;
import libp2p.core.peer.Peerstore;
import libp2p.storage.DatastoreLimits;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.peerstore.MemoryPeerstore;
import libp2p.swarm.peerstore.PeerstoreLimits;
import libp2p.swarm.peerstore.PersistentPeerstore;
import org.jspecify.annotations.Nullable;

/**
 * The state that a host keeps over restarts: its key, its knowledge of peers, and the lists of its gater; without a
 * folder all of it is new and forgotten with the process. Used by one thread while a host is put together.
 */
final class DataDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DataDirectory.class.getName());

    private final Environment environment;
    private final @Nullable Path folder;
    private final Datastore datastore;
    private final PeerstoreLimits peers;
    private boolean ofPeerstore;

    private DataDirectory(Environment environment, @Nullable Path folder, Datastore datastore, PeerstoreLimits peers) {
        this.environment = environment;
        this.folder = folder;
        this.datastore = datastore;
        this.peers = peers;
    }

    /** Opens the datastore of the folder; blocks for the disk. */
    static DataDirectory open(Environment environment, @Nullable Path folder, LimitSet limits) throws IOException {
        DatastoreLimits stored = limits.get(DatastoreLimits.class);
        Datastore datastore = folder == null
                ? new MemoryDatastore(stored)
                : FileDatastore.open(environment, folder.resolve("store"), stored);
        return new DataDirectory(environment, folder, datastore, limits.over(PeerstoreLimits.ofThisProcess()));
    }

    Identity identity() throws IOException {
        return folder == null
                ? Identity.generate(environment)
                : Identity.loadOrCreate(folder.resolve("node.key"), KeyType.ED25519, environment);
    }

    /** The datastore of the services; forgotten with the process if there is no folder. */
    Datastore datastore() {
        return datastore;
    }

    /** Closing the peerstore closes the datastore of a folder. */
    Peerstore peerstore() throws IOException {
        if (folder == null) {
            return new MemoryPeerstore(environment, peers);
        }
        Peerstore peerstore =
                PersistentPeerstore.open(environment, datastore, peers, PersistentPeerstore.Options.DEFAULT);
        ofPeerstore = true;
        return peerstore;
    }

    /** The lists that every host has. */
    GaterLists lists() throws IOException {
        return folder == null ? new GaterLists() : GaterLists.open(datastore);
    }

    /** Gives the folder back with the host, if the peerstore does not; to be the first service, which ends last. */
    List<HostService> services() {
        return ofPeerstore ? List.of() : List.of(new Closing(this));
    }

    /** Idempotent. */
    @Override
    public void close() {
        try {
            datastore.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the data directory: " + e.getMessage());
        }
    }

    private record Closing(DataDirectory directory) implements HostService {
        @Override
        public void start(Host host) {}

        @Override
        public void close() {
            directory.close();
        }
    }
}
