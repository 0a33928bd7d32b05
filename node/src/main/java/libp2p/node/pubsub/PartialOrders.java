package libp2p.node.pubsub;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.partial.PartialMessage;
import libp2p.pubsub.partial.PartialMessages;

/**
 * Messages of eight parts in the mixed networks of tests: {@code parts GROUP BITS} adds parts to the message with that
 * number and publishes it; {@code parts} events tell which parts a message has whenever some have come. Thread-safe.
 */
final class PartialOrders implements PartialMessages.Application {
    private final PubSubEvents events;
    private final Map<Long, EightParts> groups = new ConcurrentHashMap<>();
    private final PartialMessages messages = new PartialMessages(this);

    PartialOrders(PubSubEvents events) {
        this.events = events;
    }

    PartialMessages messages() {
        return messages;
    }

    private EightParts group(long number) {
        return groups.computeIfAbsent(number, key -> new EightParts(EightParts.group(key)));
    }

    private static long number(byte[] group) {
        return group.length == EightParts.GROUP_BYTES ? ByteBuffer.wrap(group).getLong() : -1;
    }

    /** The order {@code parts GROUP BITS}. */
    void publish(String topic, long number, int bits) {
        EightParts message = group(number);
        message.add(bits);
        messages.publish(topic, EightParts.group(number), message, List.of());
        tell(number, message);
    }

    @Override
    public PartialMessage begin(String topic, byte[] group, PeerId by) {
        return group(number(group));
    }

    @Override
    public void changed(String topic, byte[] group, PartialMessage message) {
        tell(number(group), (EightParts) message);
    }

    private void tell(long number, EightParts message) {
        events.event("parts", "", "group", number, "parts", message.bits());
    }
}
