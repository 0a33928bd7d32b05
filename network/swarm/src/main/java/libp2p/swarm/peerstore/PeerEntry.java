package libp2p.swarm.peerstore;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.SignedEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one peer. An entry that was read from the disk stays in that form until it is used for the first time.
 * Guarded by the lock of the peerstore.
 */
final class PeerEntry {
    private static final System.Logger LOG = System.getLogger(PeerEntry.class.getName());

    /** Bytes of heap that each part costs beside its content, about. */
    private static final int OVERHEAD = 400;

    private static final int KEY_OVERHEAD = 100;
    private static final int TEXT_OVERHEAD = 64;
    private static final int RECORD_OVERHEAD = 400;

    private final PeerstoreLimits limits;
    private @Nullable StoredPeer stored;
    final AddressSet addresses;
    private Map<String, String> metadata = Map.of();
    private List<String> protocols = List.of();
    private @Nullable PublicKey key;
    private @Nullable SignedEnvelope record;
    private long recordSequence;
    private int recordBytes;
    private int keyBytes;
    private long claimsUntil = Long.MAX_VALUE;

    /** As counted by the table the last time it looked. */
    int counted;

    boolean countedRecord;
    Group group = Group.STRANGERS;

    /** Whom the bounds spare, in rising order. */
    enum Group {
        STRANGERS,
        /** This host has reached them once. */
        REACHED,
        /** Connected now, or named by a user. */
        PINNED
    }

    PeerEntry(PeerstoreLimits limits) {
        this.limits = limits;
        this.addresses = new AddressSet(limits);
    }

    PeerEntry(PeerstoreLimits limits, StoredPeer stored) {
        this.limits = limits;
        this.stored = stored;
        this.addresses = new AddressSet(limits);
    }

    /** Whether it is still in the form of the disk. */
    boolean isStored() {
        return stored != null;
    }

    /** Reads what was on the disk; damaged entries are not known. */
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

    Group currentGroup() {
        StoredPeer before = stored;
        boolean pinned = before == null ? addresses.isPinned() || hasClaims() && isConnected() : before.pinned();
        boolean reached = before == null ? addresses.isReached() : before.reached();
        return pinned ? Group.PINNED : reached ? Group.REACHED : Group.STRANGERS;
    }

    private boolean hasClaims() {
        return !protocols.isEmpty() || !metadata.isEmpty() || key != null;
    }

    private boolean isConnected() {
        return claimsUntil == Long.MAX_VALUE;
    }

    /**
     * Until when what the peer says of itself is kept without an address; {@code Long.MAX_VALUE} while it is connected.
     */
    long claimsUntil() {
        return hasClaims() ? claimsUntil : Long.MIN_VALUE;
    }

    /** The peer is connected, or has been told of by this host's own user. */
    void claimed() {
        claimsUntil = Long.MAX_VALUE;
    }

    void claimsUntil(long value) {
        claimsUntil = value;
    }

    /** Limits what lives longer to a time from now. */
    void shorten(Duration lifetime, long now) {
        addresses.shorten(lifetime, now);
        claimsUntil = Math.min(claimsUntil, AddressSet.after(now, lifetime));
    }

    /**
     * Forgets what is least useful of a peer that is not needed now.
     *
     * @param bytes that may be left of what it says of itself, and three times as many of its addresses
     */
    void cut(int bytes) {
        if (stored != null) {
            return;
        }
        addresses.cut(3 * bytes);
        int most = addresses.weight() + OVERHEAD + bytes;
        if (weight() > most && record != null) {
            forgetRecord();
        }
        while (weight() > most && !protocols.isEmpty()) {
            protocols = List.copyOf(protocols.subList(0, protocols.size() / 2));
        }
        if (weight() > most) {
            metadata = Map.of();
        }
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
        if (addresses.isEmpty() && claimsUntil <= now) {
            protocols = List.of();
            metadata = Map.of();
            key = null;
            keyBytes = 0;
        }
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
