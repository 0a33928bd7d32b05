package libp2p.swarm.peerstore;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.SignedEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one peer. One that was read from the disk stays in that form until it is used for the first time.
 * Guarded by the lock of the peerstore.
 */
final class PeerEntry {
    private static final System.Logger LOG = System.getLogger(PeerEntry.class.getName());

    /** Bytes of heap that each part costs beside its content, about. */
    private static final int OVERHEAD = 400;

    private static final int KEY_OVERHEAD = 100;
    private static final int TEXT_OVERHEAD = 64;
    private static final int RECORD_OVERHEAD = 400;

    private final MemoryPeerstore.Limits limits;
    private @Nullable StoredPeer stored;
    final AddressSet addresses;
    private Map<String, String> metadata = Map.of();
    private List<String> protocols = List.of();
    private @Nullable PublicKey key;
    private @Nullable SignedEnvelope record;
    private long recordSequence;
    private int recordBytes;
    private int keyBytes;

    /** As counted by the table the last time it looked. */
    int counted;

    boolean countedRecord;
    boolean pinned;

    PeerEntry(MemoryPeerstore.Limits limits) {
        this.limits = limits;
        this.addresses = new AddressSet(limits);
    }

    PeerEntry(MemoryPeerstore.Limits limits, StoredPeer stored) {
        this.limits = limits;
        this.stored = stored;
        this.addresses = new AddressSet(limits);
    }

    /** Whether it is still in the form of the disk. */
    boolean isStored() {
        return stored != null;
    }

    /** Reads what was on the disk; what cannot be read is not known. */
    void unpack() {
        StoredPeer before = stored;
        if (before != null) {
            stored = null;
            try {
                PeerCodec.decode(before.encoded(), this, limits, before.read());
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(Level.WARNING, "what was stored about a peer could not be read: " + e.getMessage());
            }
        }
    }

    boolean hasRecord() {
        StoredPeer before = stored;
        return before == null ? record != null : before.record();
    }

    boolean isPinned() {
        StoredPeer before = stored;
        return before == null ? addresses.isPinned() : before.pinned();
    }

    List<String> protocols() {
        return protocols;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    long recordSequence() {
        return recordSequence;
    }

    void protocols(List<String> value) {
        protocols = value;
    }

    @Nullable
    PublicKey key() {
        return key;
    }

    void key(PublicKey value) {
        key = value;
        keyBytes = KEY_OVERHEAD + value.data().length;
    }

    @Nullable
    String metadata(String name) {
        return metadata.get(name);
    }

    void metadata(String name, String value, int maximum) {
        if (metadata.size() >= maximum && !metadata.containsKey(name)) {
            return;
        }
        if (metadata.isEmpty()) {
            metadata = new HashMap<>(4);
        }
        metadata.put(name, value);
    }

    @Nullable
    SignedEnvelope record() {
        return record;
    }

    boolean isNewerThan(long sequence) {
        return record != null && Long.compareUnsigned(recordSequence, sequence) > 0;
    }

    void record(SignedEnvelope value, long sequence) {
        record = value;
        recordSequence = sequence;
        recordBytes = RECORD_OVERHEAD + value.toBytes().length;
    }

    void forgetRecord() {
        unpack();
        record = null;
        recordBytes = 0;
    }

    /** Whether nothing is known any more. */
    boolean isOver(long now) {
        StoredPeer before = stored;
        if (before != null) {
            return before.isOver(now);
        }
        expire(now);
        return isEmpty();
    }

    /** Forgets addresses whose time is over, and the record with the last of its addresses. */
    void expire(long now) {
        addresses.expire(now);
        if (record != null && !addresses.hasCertified()) {
            forgetRecord();
        }
    }

    boolean isEmpty() {
        return addresses.isEmpty() && metadata.isEmpty() && protocols.isEmpty() && key == null && record == null;
    }

    /** Bytes of heap, about. */
    int weight() {
        StoredPeer before = stored;
        if (before != null) {
            return OVERHEAD + before.encoded().length;
        }
        int weight = OVERHEAD + addresses.weight() + recordBytes + keyBytes;
        for (String protocol : protocols) {
            weight += TEXT_OVERHEAD + protocol.length();
        }
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            weight += 3 * TEXT_OVERHEAD
                    + entry.getKey().length()
                    + 2 * entry.getValue().length();
        }
        return weight;
    }
}
