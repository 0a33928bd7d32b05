package libp2p.pubsub.router;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The protocols of pubsub, newest first: the agreed one decides which messages two peers may send each other. */
public enum Version {
    /** GossipSub 1.3: extensions and partial messages. */
    GOSSIPSUB_1_3("/meshsub/1.3.0"),
    /** GossipSub 1.2: IDONTWANT. */
    GOSSIPSUB_1_2("/meshsub/1.2.0"),
    /** GossipSub 1.1: scores, peer exchange, back-off of prunes. */
    GOSSIPSUB_1_1("/meshsub/1.1.0"),
    /** GossipSub 1.0. */
    GOSSIPSUB_1_0("/meshsub/1.0.0"),
    /** Floodsub: every message to every peer of the topic. */
    FLOODSUB("/floodsub/1.0.0");

    private final String protocol;

    Version(String protocol) {
        this.protocol = protocol;
    }

    /** The protocol id. */
    public String protocol() {
        return protocol;
    }

    /** The version of a protocol id, or null. */
    public static @Nullable Version of(String protocol) {
        return Arrays.stream(values())
                .filter(version -> version.protocol.equals(protocol))
                .findFirst()
                .orElse(null);
    }

    /** Whether control messages may be sent. */
    public boolean hasMesh() {
        return this != FLOODSUB;
    }

    boolean hasPeerExchange() {
        return compareTo(GOSSIPSUB_1_1) <= 0;
    }

    boolean hasDontWant() {
        return compareTo(GOSSIPSUB_1_2) <= 0;
    }

    boolean hasExtensions() {
        return this == GOSSIPSUB_1_3;
    }
}
