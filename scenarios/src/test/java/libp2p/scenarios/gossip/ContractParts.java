package libp2p.scenarios.gossip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.rpc.Rpc;

/**
 * Messages of eight parts, as the official suite defines them: the metadata is a byte with a bit for every part that is there, a part of
 * a message is such a byte, 1 KiB for each bit and the id of the group. Used by the threads of one node of a simulation.
 */
final class ContractParts {
    private static final int COUNT = 8;
    private static final int BYTES = 1_024;
    private static final int ALL = 0xff;

    private static final class Sight {
        boolean hasTold;
        boolean wasTold;
        int theirs;
        int known;
    }

    private static final class Group {
        final byte[][] parts = new byte[COUNT][];
        final Map<PeerId, Sight> sights = new LinkedHashMap<>();

        int bits() {
            int bits = 0;
            for (int i = 0; i < COUNT; i++) {
                bits |= parts[i] == null ? 0 : 1 << i;
            }
            return bits;
        }

        Sight sight(PeerId peer) {
            return sights.computeIfAbsent(peer, key -> new Sight());
        }
    }

    private final PubSubService pubsub;
    private final Map<String, Group> groups = new HashMap<>();

    ContractParts(PubSubService pubsub) {
        this.pubsub = pubsub;
    }

    private static byte[] id(long group) {
        return ByteBuffer.allocate(8).putLong(group).array();
    }

    private Group group(String topic, byte[] id) {
        return groups.computeIfAbsent(topic + "/" + ByteBuffer.wrap(id).getLong(), key -> new Group());
    }

    /** The 64-bit numbers of a part count on from the id of the group and the parts before it. */
    private static byte[] part(byte[] group, int index) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        long number = ByteBuffer.wrap(group).getLong() + (long) index * BYTES / 8;
        while (bytes.hasRemaining()) {
            bytes.putLong(number++);
        }
        return bytes.array();
    }

    void add(String topic, long groupId, int bits) {
        byte[] id = id(groupId);
        Group group = group(topic, id);
        for (int i = 0; i < COUNT; i++) {
            if ((bits & 1 << i) != 0) {
                group.parts[i] = part(id, i);
            }
        }
    }

    /** The groups of which all parts are there and right. */
    List<String> complete() {
        List<String> complete = new ArrayList<>();
        groups.forEach((name, group) -> {
            byte[] id = id(Long.parseLong(name.substring(name.indexOf('/') + 1)));
            boolean right = group.bits() == ALL;
            for (int i = 0; right && i < COUNT; i++) {
                right = java.util.Arrays.equals(group.parts[i], part(id, i));
            }
            if (right) {
                complete.add(name);
            }
        });
        return complete;
    }

    /** Tells peers what is here and sends them what they are known to lack. */
    void publish(String topic, long groupId, List<PeerId> peers) {
        publish(topic, id(groupId), peers);
    }

    private void publish(String topic, byte[] id, List<PeerId> peers) {
        Group group = group(topic, id);
        Set<PeerId> to = new LinkedHashSet<>(peers);
        if (to.isEmpty()) {
            to.addAll(pubsub.mesh(topic));
            to.addAll(group.sights.keySet());
        }
        for (PeerId peer : to) {
            Sight sight = group.sight(peer);
            int mine = group.bits();
            byte[] message = null;
            byte[] metadata = null;
            if (sight.wasTold && (mine & ~sight.theirs) != 0) {
                message = message(group, id, mine & ~sight.theirs);
                sight.known |= mine;
                sight.theirs |= mine;
            }
            if (!sight.hasTold || (mine & ~sight.known) != 0) {
                sight.hasTold = true;
                sight.known |= mine;
                metadata = new byte[] {(byte) sight.known};
            }
            if (message != null || metadata != null) {
                pubsub.sendPartial(peer, new Rpc.Partial(topic, id, message, metadata));
            }
        }
    }

    private static byte[] message(Group group, byte[] id, int bits) {
        ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.bitCount(bits) * BYTES + id.length);
        bytes.put((byte) bits);
        for (int i = 0; i < COUNT; i++) {
            if ((bits & 1 << i) != 0) {
                bytes.put(group.parts[i]);
            }
        }
        return bytes.put(id).array();
    }

    /** Takes what a peer has sent, and answers it and tells others if it brought something. */
    void receive(PeerId from, Rpc.Partial partial) {
        Group group = group(partial.topic(), partial.group());
        Sight sight = group.sight(from);
        byte[] metadata = partial.metadata();
        if (metadata != null && metadata.length > 0) {
            sight.wasTold = true;
            sight.theirs |= metadata[0] & ALL;
        }
        byte[] message = partial.message();
        if (message != null && message.length > 0) {
            ByteBuffer bytes = ByteBuffer.wrap(message);
            int bits = bytes.get() & ALL;
            sight.theirs |= bits;
            sight.known |= bits;
            for (int i = 0; i < COUNT; i++) {
                if ((bits & 1 << i) != 0) {
                    byte[] part = new byte[BYTES];
                    bytes.get(part);
                    group.parts[i] = part;
                }
            }
        }
        publish(partial.topic(), partial.group(), List.of());
    }
}
