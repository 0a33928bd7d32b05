package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.Datastore;
import libp2p.ipld.BlockSource;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;

/** The roots that garbage collection keeps. Thread-safe; methods block for the disk. */
public final class Pins {
    /** Extent of a pin. */
    public enum Kind {
        /** The block alone. */
        DIRECT,
        /** The block and everything below it. */
        RECURSIVE
    }

    /**
     * One pin.
     *
     * @param cid the root
     * @param kind whether the root alone is kept, or all that is below it
     */
    public record Pin(Cid cid, Kind kind) {}

    private static final byte[] PREFIX = {'p'};
    private final Datastore datastore;

    /** @param datastore where the keys that begin with {@code p} are free */
    public Pins(Datastore datastore) {
        this.datastore = datastore;
    }

    /**
     * Pins a root after everything it keeps was got from the source, which stores what was missing.
     *
     * @throws IOException if something is missing; nothing is pinned then
     */
    public void add(Cid cid, Kind kind, BlockSource source) throws IOException {
        if (kind == Kind.RECURSIVE) {
            new DagWalk(source, Budget.OWN).walk(cid, block -> {});
        } else {
            source.get(cid);
        }
        put(cid, kind);
    }

    /** Pins a root whose blocks the caller has just stored. */
    public void put(Cid cid, Kind kind) throws IOException {
        datastore.put(key(cid), new byte[] {(byte) kind.ordinal()});
    }

    /** Removes a pin; false if there is none. */
    public boolean remove(Cid cid) throws IOException {
        boolean there = datastore.get(key(cid)) != null;
        datastore.delete(key(cid));
        return there;
    }

    /** Whether a root is pinned. */
    public boolean has(Cid cid) throws IOException {
        return datastore.get(key(cid)) != null;
    }

    /** All pins, by CID. */
    public List<Pin> list() throws IOException {
        List<Pin> pins = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                byte[] cid = java.util.Arrays.copyOfRange(entry.key(), 1, entry.key().length);
                pins.add(new Pin(Cid.fromBytes(cid), Kind.values()[entry.value()[0]]));
            }
        }
        return pins;
    }

    private static byte[] key(Cid cid) {
        byte[] bytes = cid.toBytes();
        byte[] key = new byte[1 + bytes.length];
        key[0] = PREFIX[0];
        System.arraycopy(bytes, 0, key, 1, bytes.length);
        return key;
    }
}
