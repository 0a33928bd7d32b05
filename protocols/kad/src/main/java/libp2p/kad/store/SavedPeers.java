package libp2p.kad.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The peers of a routing table from one run of a host to the next. Thread-safe; methods block for the disk. */
public final class SavedPeers {
    /**
     * A peer and where it was.
     *
     * @param peer that was in the table
     * @param addresses where it was reached
     */
    public record Saved(PeerId peer, List<Multiaddr> addresses) {}

    private static final byte[] NAME = {'t'};
    private static final Duration LAZILY = Duration.ofMinutes(1);
    private static final int PEER = 1;
    private static final int ID = 1;
    private static final int ADDRESS = 2;
    private static final int FIELDS = 100_000;

    private final Datastore datastore;

    /** Keeps peers in this store, which the caller closes. */
    public SavedPeers(Datastore datastore) {
        this.datastore = datastore;
    }

    /** Replaces the saved peers. */
    public void save(List<Saved> peers) throws IOException {
        ProtobufWriter out = new ProtobufWriter();
        for (Saved saved : peers) {
            out.message(PEER, inner -> {
                inner.bytes(ID, saved.peer().toBytes());
                saved.addresses().forEach(address -> inner.bytes(ADDRESS, address.toBytes()));
            });
        }
        datastore.writeLazily(List.of(new Datastore.Change(NAME, out.toByteArray())), LAZILY);
    }

    /** The peers that were saved last; none if they cannot be read. */
    public List<Saved> load() throws IOException {
        byte[] bytes = datastore.get(NAME);
        List<Saved> peers = new ArrayList<>();
        if (bytes == null) {
            return peers;
        }
        try {
            ProtobufReader in = ProtobufReader.of("saved peers", bytes, Integer.MAX_VALUE, FIELDS);
            while (in.next()) {
                if (in.field() == PEER) {
                    Saved saved = decode(in.message("saved peer"));
                    if (saved != null) {
                        peers.add(saved);
                    }
                } else {
                    in.skip();
                }
            }
        } catch (ProtobufException | MalformedException e) {
            return List.of();
        }
        return peers;
    }

    private static @Nullable Saved decode(ProtobufReader in) throws ProtobufException {
        PeerId id = null;
        List<Multiaddr> addresses = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case ID -> id = PeerId.fromBytes(in.bytes(MultiformatsLimits.MULTIHASH_BYTES));
                case ADDRESS -> addresses.add(Multiaddr.fromBytes(in.bytes(MultiformatsLimits.MULTIADDR_BYTES)));
                default -> in.skip();
            }
        }
        return id == null ? null : new Saved(id, addresses);
    }
}
