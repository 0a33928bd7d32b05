package libp2p.pubsub.partial;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.router.PeerCharges;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * One message in parts: the parts that each peer has, and those that it knows to be here. A state machine; not
 * thread-safe.
 */
final class PartialGroup {
    /** About what a peer takes beside its metadata. */
    private static final int SIGHT_COSTS = 150;

    /** One peer: the parts it has, null until it tells, and those it knows to be here, null until it was told. */
    private record Sight(byte @Nullable [] theirs, byte @Nullable [] told) {
        static final Sight NONE = new Sight(null, null);

        /** The bytes that are charged to the peer. */
        long costs() {
            return SIGHT_COSTS + (theirs == null ? 0L : theirs.length) + (told == null ? 0L : told.length);
        }
    }

    final String topic;
    final byte[] id;
    final PartialMessage message;
    /** The peer that began the group, null when this host has published it. */
    @Nullable
    PeerId begunBy;

    private final Map<PeerId, Sight> sights = new LinkedHashMap<>();
    private final PeerCharges charges;
    private final int metadataBytes;
    private int life;

    /**
     * @param limits of which the life in heartbeats and the size of metadata count
     * @param charges to which the metadata of each peer is charged
     */
    PartialGroup(
            String topic,
            byte[] id,
            PartialMessage message,
            @Nullable PeerId begunBy,
            PubSubLimits.Partials limits,
            PeerCharges charges) {
        this.topic = topic;
        this.id = id;
        this.message = message;
        this.begunBy = begunBy;
        this.charges = charges;
        this.metadataBytes = limits.metadataBytes();
        this.life = limits.heartbeats();
    }

    /** Keeps the group for so many heartbeats from now on. */
    void keep(int heartbeats) {
        life = heartbeats;
    }

    /** Forgets the peers that are gone; true when the group has lived for long enough. */
    boolean heartbeat(Set<PeerId> connected) {
        for (PeerId peer : List.copyOf(sights.keySet())) {
            if (!connected.contains(peer)) {
                forget(peer);
            }
        }
        return --life < 0;
    }

    /** Forgets a peer. */
    void forget(PeerId peer) {
        Sight sight = sights.remove(peer);
        if (sight != null) {
            charges.free(peer, sight.costs());
        }
    }

    /** Forgets all peers: the group is over. */
    void end() {
        List.copyOf(sights.keySet()).forEach(this::forget);
    }

    /** Keeps what is known of a peer now. Where it has no room for that, all stays as it was, and this is false. */
    private boolean keep(PeerId peer, Sight now) {
        Sight before = sights.get(peer);
        long more = now.costs() - (before == null ? 0 : before.costs());
        if (more > 0 && !charges.take(peer, more)) {
            return false;
        }
        if (more < 0) {
            charges.free(peer, -more);
        }
        sights.put(peer, now);
        return true;
    }

    /** The peers that something is known of, in the order in which they came. */
    Set<PeerId> peers() {
        return sights.keySet();
    }

    /**
     * Takes the parts that a peer has sent.
     *
     * @return whether a part came that was not here
     * @throws MalformedException if it makes no sense
     */
    boolean receive(PeerId from, Rpc.Partial partial) throws MalformedException {
        byte[] metadata = partial.metadata();
        if (metadata != null) {
            check(metadata);
        }
        Sight sight = sights.getOrDefault(from, Sight.NONE);
        byte[] theirs = sight.theirs;
        if (metadata != null && metadata.length > 0) {
            theirs = check(merged(theirs, metadata));
        }
        byte[] parts = partial.message();
        if (parts == null || parts.length == 0) {
            keep(from, new Sight(theirs, sight.told));
            return false;
        }
        boolean isNew = message.add(parts);
        byte[] shown = message.metadataOf(parts);
        // It knows that what it has sent is here.
        keep(from, new Sight(merged(theirs, shown), merged(sight.told, shown)));
        return isNew;
    }

    private byte[] merged(byte @Nullable [] before, byte[] more) throws MalformedException {
        return before == null ? more : message.merged(before, more);
    }

    /** The metadata that a peer has told of, which is kept. */
    private byte[] check(byte[] metadata) throws MalformedException {
        if (metadata.length > metadataBytes) {
            throw new MalformedException("metadata of " + metadata.length + " bytes, more than " + metadataBytes);
        }
        return metadata;
    }

    /**
     * Makes the next RPC to a peer, which counts as sent.
     *
     * @param wantsParts whether the peer takes parts, not only the news of them
     * @return null where it knows and has everything that is here, and where there is no room to note what it was sent
     */
    Rpc.@Nullable Partial next(PeerId peer, boolean wantsParts) throws MalformedException {
        Sight sight = sights.getOrDefault(peer, Sight.NONE);
        byte[] mine = message.metadata();
        byte[] parts = wantsParts ? message.lackedBy(sight.theirs) : null;
        byte[] theirs = parts == null ? sight.theirs : merged(sight.theirs, message.metadataOf(parts));
        byte[] told = merged(sight.told, mine);
        byte[] metadata = Arrays.equals(told, sight.told) ? null : told;
        boolean isKept = keep(peer, new Sight(theirs, told));
        return !isKept || parts == null && metadata == null ? null : new Rpc.Partial(topic, id, parts, metadata);
    }
}
