package libp2p.pubsub.router;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import org.jspecify.annotations.Nullable;

/** The state of one peer. */
final class Peer {
    /** Messages that a peer has to relay before it is better than a stranger, and for how long they count. */
    private static final int RELAYS = 2;

    private static final long RELAY_NANOS = 120_000_000_000L;

    final PeerId id;
    /** Those of its id, which each message is compared with; not to be changed. */
    final byte[] idBytes;

    final Version version;
    /** Whether this host has dialed it. */
    final boolean outbound;

    final boolean direct;

    final Map<String, Subscription> topics = new HashMap<>();
    /** Heartbeats left of each IDONTWANT. */
    final Map<MessageId, Integer> dontWant = new LinkedHashMap<>();

    /** About what a topic of a peer takes beside its name, and an id that it does not want. */
    private static final int TOPIC_COSTS = 200;

    private static final int ID_COSTS = 130;

    private final HeldBytes ofAll;
    private int held;
    private int topicBytes;
    /** Since the last heartbeat: IHAVEs heard, ids asked for, messages asked of us. */
    int haves;

    int asked;
    int wanted;
    /** Null until its first RPC. */
    Rpc.@Nullable Extensions extensions;
    /** As of the last heartbeat or change. */
    double score;
    /** Messages of other authors that it was the first to bring, with short breaks between them, and when it was last. */
    private int relays;

    private long lastRelay;

    /** @param ofAll to which its topics and the ids that it does not want are charged */
    Peer(PeerId id, Version version, boolean outbound, boolean direct, HeldBytes ofAll) {
        this.ofAll = ofAll;
        this.id = id;
        this.idBytes = id.toBytes();
        this.version = version;
        this.outbound = outbound;
        this.direct = direct;
    }

    /** Whether it is in no mesh and is sent every message all the same. */
    boolean isOutsider() {
        return direct || !version.hasMesh();
    }

    /** It was the first to bring a message of another author. */
    void relayed(long now) {
        relays = hasRelayed(now, 1) ? relays + 1 : 1;
        lastRelay = now;
    }

    /** Whether it has relayed messages of late. */
    boolean hasRelayed(long now) {
        return hasRelayed(now, RELAYS);
    }

    private boolean hasRelayed(long now, int least) {
        return relays >= least && now - lastRelay < RELAY_NANOS;
    }

    private void hold(int bytes) {
        held += bytes;
        ofAll.add(bytes);
    }

    private boolean hasRoom(int bytes) {
        return bytes <= ofAll.room(held);
    }

    private static int size(String topic) {
        return topic.getBytes(StandardCharsets.UTF_8).length;
    }

    /** It has gone; what it was remains known for a while, its topics do not. */
    void gone() {
        hold(-held);
        topics.clear();
        dontWant.clear();
    }

    /** Whether there is room for a topic besides those of all peers. */
    boolean hasRoom(String topic) {
        return topics.containsKey(topic) || hasRoom(TOPIC_COSTS + size(topic));
    }

    /** Notes a message that it does not want, for so many heartbeats; false if there is no room. */
    boolean notWanting(MessageId id, int ticks, int most) {
        int bytes = ID_COSTS + id.length();
        if (dontWant.size() >= most || !dontWant.containsKey(id) && !hasRoom(bytes)) {
            return false;
        }
        if (dontWant.put(id, ticks) == null) {
            hold(bytes);
        }
        return true;
    }

    /** Notes a subscription; false if the peer has too many. */
    boolean subscribe(Subscription subscription, int mostTopics, int mostBytes) {
        if (!topics.containsKey(subscription.topic())) {
            int bytes = size(subscription.topic());
            if (topics.size() >= mostTopics || topicBytes + bytes > mostBytes) {
                return false;
            }
            topicBytes += bytes;
            hold(TOPIC_COSTS + bytes);
        }
        topics.put(subscription.topic(), subscription);
        return true;
    }

    boolean unsubscribe(String topic) {
        if (topics.remove(topic) == null) {
            return false;
        }
        topicBytes -= size(topic);
        hold(-TOPIC_COSTS - size(topic));
        return true;
    }

    void heartbeat() {
        haves = 0;
        asked = 0;
        wanted = 0;
        if (dontWant.isEmpty()) {
            return;
        }
        dontWant.entrySet().removeIf(entry -> {
            entry.setValue(entry.getValue() - 1);
            if (entry.getValue() > 0) {
                return false;
            }
            hold(-ID_COSTS - entry.getKey().length());
            return true;
        });
    }
}
