package libp2p.core.host;

import java.time.Duration;

/**
 * A kind of service that a connected peer has shown, and its worth when connections have to be closed: the one table of the
 * values that protocols give by {@link ConnectionManager#tag(libp2p.core.identity.PeerId, Merit)}. Three rules hold for
 * all of it. A merit comes from what the peer has done for this host, never from what it may choose alone, such as
 * opening streams, naming protocols or joining a mesh. Each has a ceiling that an ordinary honest peer reaches, so that
 * peers that imitate it draw level at best where there is something to do, and of equals the one that was there first
 * stays; where there is little, a quarter of the places belongs to those that came first. What was done long ago
 * counts less. Connections without any merit have the value 0.
 */
public enum Merit {
    /**
     * It holds a place at this relay. The peer chooses that alone, so it is below all that has to be shown; it is above
     * nothing, because others reach the peer through this host.
     */
    RESERVATION("relay-reservation", 2),

    /** It is in the routing table of a DHT and has answered a request of this host; go-libp2p-kad-dht gives the same. */
    ROUTING("routing-table", 5),

    /**
     * It is in a mesh of pubsub and has brought at least one message there. The number of meshes does not count, since
     * the peer chooses its topics.
     */
    MESH("mesh", 10),

    /** Messages of pubsub that it brought first, one for each: decays, with go-libp2p-pubsub's ceiling and decay. */
    DELIVERIES("deliveries", 15),

    /** Messages with blocks that this host has asked for, one for each: decays, as deliveries do. */
    BLOCKS("blocks", 15);

    private static final Decay SLOW = Decay.step(Duration.ofMinutes(10), 1);

    private final String tag;
    private final int value;

    Merit(String tag, int value) {
        this.tag = tag;
        this.value = value;
    }

    /** The name of its tag. */
    public String tag() {
        return tag;
    }

    /** The value of its tag, or the most that a decaying one comes to. */
    public int value() {
        return value;
    }

    /** How merits that are counted shrink: a ceiling of 15 is forgotten in two and a half hours. */
    public static Decay decay() {
        return SLOW;
    }
}
