package libp2p.swarm.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Subnet;

/**
 * The lists of a gater in a datastore: one entry without a value for each, {@code gate/block/peer/…} and so on. Not
 * thread-safe.
 */
final class StoredLists {
    private static final byte[] NOTHING = {};
    private static final String PREFIX = "gate/";
    private static final String PEER = "peer/";
    private static final String SUBNET = "subnet/";

    /** Changes that are written at once. */
    private static final int BATCH = 1000;

    /** Changes that wait for a disk which cannot be written. */
    private static final int UNWRITTEN = 4 * GaterLists.MAXIMUM;

    /** Place of an entry in a list. */
    private record Place(String list, Object entry) {
        byte[] key() {
            String kind = entry instanceof PeerId ? PEER : SUBNET;
            return (PREFIX + list + "/" + kind + entry).getBytes(StandardCharsets.UTF_8);
        }
    }

    private final Datastore datastore;
    private final Map<Place, Boolean> unwritten = new LinkedHashMap<>(); // whether it is to be there

    StoredLists(Datastore datastore) {
        this.datastore = datastore;
    }

    /**
     * Notes a change and writes it with those that could not be written before; what is left of earlier failures is
     * written also if this is no change. Durable when it returns.
     */
    void write(String list, Object entry, boolean present, boolean changed) throws IOException {
        if (changed) {
            if (unwritten.size() >= UNWRITTEN) {
                throw new IOException("more than " + UNWRITTEN + " changes wait for the disk");
            }
            unwritten.put(new Place(list, entry), present);
        }
        while (!unwritten.isEmpty()) {
            List<Place> places = unwritten.keySet().stream().limit(BATCH).toList();
            datastore.write(places.stream().map(this::change).toList());
            places.forEach(unwritten::remove);
        }
    }

    private Change change(Place place) {
        return new Change(place.key(), Boolean.TRUE.equals(unwritten.get(place)) ? NOTHING : null);
    }

    /**
     * Reads one list.
     *
     * @throws IOException if an entry cannot be read: to go on without it would let a blocked peer in
     */
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
                        throw new MalformedException(
                                "an entry begins with " + PEER + " or " + SUBNET + ", this one is " + text);
                    }
                } catch (MalformedException e) {
                    throw new IOException(
                            "an entry of the " + list
                                    + " list of the gater cannot be read, and no peer is let in without it: "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }
}
