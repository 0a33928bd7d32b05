package libp2p.swarm.gate;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;

/** The lists of a gater in a datastore: one entry without a value for each, {@code gate/block/peer/…} and so on. */
final class StoredLists {
    private static final System.Logger LOG = System.getLogger(StoredLists.class.getName());
    private static final byte[] NOTHING = {};
    private static final String PREFIX = "gate/";
    private static final String PEER = "peer/";
    private static final String SUBNET = "subnet/";

    private final Datastore datastore;

    StoredLists(Datastore datastore) {
        this.datastore = datastore;
    }

    private static byte[] key(String list, Object entry) {
        String kind = entry instanceof PeerId ? PEER : SUBNET;
        return (PREFIX + list + "/" + kind + entry).getBytes(StandardCharsets.UTF_8);
    }

    /** Durable when it returns. */
    void put(String list, Object entry) throws IOException {
        datastore.put(key(list, entry), NOTHING);
    }

    /** Durable when it returns. */
    void remove(String list, Object entry) throws IOException {
        datastore.delete(key(list, entry));
    }

    /** Reads one list; what is damaged is passed over, and told in the log. */
    void load(String list, Consumer<PeerId> peers, Consumer<Subnet> subnets) throws IOException {
        String prefix = PREFIX + list + "/";
        try (Entries entries = datastore.scan(prefix.getBytes(StandardCharsets.UTF_8))) {
            Entry entry;
            while ((entry = entries.next()) != null) {
                String text = new String(entry.key(), StandardCharsets.UTF_8).substring(prefix.length());
                try {
                    if (text.startsWith(PEER)) {
                        peers.accept(PeerId.parse(text.substring(PEER.length())));
                    } else if (text.startsWith(SUBNET)) {
                        subnets.accept(Subnet.parse(text.substring(SUBNET.length())));
                    } else {
                        throw new MalformedException("neither a peer nor a subnet");
                    }
                } catch (MalformedException e) {
                    LOG.log(Level.WARNING, "an entry of the " + list + " list cannot be read: " + e.getMessage());
                }
            }
        }
    }
}
