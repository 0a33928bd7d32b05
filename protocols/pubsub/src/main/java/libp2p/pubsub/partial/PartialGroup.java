package libp2p.pubsub.partial;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/**
 * One message in parts: the parts that each peer has, and those that it knows to be here. A state machine; not
 * thread-safe.
 */
final class PartialGroup {
    /** One peer. */
    private static final class Sight {
        /** The parts it has, null until it tells. */
        byte @Nullable [] theirs;
        /** The parts it knows to be here, null until it was told. */
        byte @Nullable [] told;
    }

    final String topic;
    final byte[] id;
    final PartialMessage message;
    /** The peer that began the group, null when this host has published it. */
    @Nullable
    PeerId begunBy;

    private final Map<PeerId, Sight> sights = new LinkedHashMap<>();
    private final int metadataBytes;
    private int life;

    /** @param limits of which the life in heartbeats and the size of metadata count */
    PartialGroup(
            String topic, byte[] id, PartialMessage message, @Nullable PeerId begunBy, PubSubLimits.Partials limits) {
        this.topic = topic;
        this.id = id;
        this.message = message;
        this.begunBy = begunBy;
        this.metadataBytes = limits.metadataBytes();
        this.life = limits.heartbeats();
    }

    /** Keeps the group for so many heartbeats from now on. */
    void keep(int heartbeats) {
        life = heartbeats;
    }

    /** Forgets the peers that are gone; true when the group has lived for long enough. */
    boolean heartbeat(Set<PeerId> connected) {
        sights.keySet().retainAll(connected);
        return --life < 0;
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
        Sight sight = sights.computeIfAbsent(from, key -> new Sight());
        if (metadata != null && metadata.length > 0) {
            sight.theirs = check(merged(sight.theirs, metadata));
        }
        byte[] parts = partial.message();
        if (parts == null || parts.length == 0) {
            return false;
        }
        boolean isNew = message.add(parts);
        byte[] shown = message.metadataOf(parts);
        sight.theirs = merged(sight.theirs, shown);
        sight.told = merged(sight.told, shown); // it knows that what it has sent is here
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
     * @return null where it knows and has everything that is here
     */
    Rpc.@Nullable Partial next(PeerId peer, boolean wantsParts) throws MalformedException {
        Sight sight = sights.computeIfAbsent(peer, key -> new Sight());
        byte[] mine = message.metadata();
        byte[] parts = wantsParts ? message.lackedBy(sight.theirs) : null;
        if (parts != null) {
            byte[] shown = message.metadataOf(parts);
            sight.theirs = merged(sight.theirs, shown);
        }
        byte[] told = merged(sight.told, mine);
        byte[] metadata = Arrays.equals(told, sight.told) ? null : told;
        sight.told = told;
        return parts == null && metadata == null ? null : new Rpc.Partial(topic, id, parts, metadata);
    }
}
