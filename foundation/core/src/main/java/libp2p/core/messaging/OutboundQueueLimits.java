package libp2p.core.messaging;

/**
 * Bounds of what may wait.
 *
 * @param messages at least 1
 * @param bytes at least 1; a single message may be as long
 */
public record OutboundQueueLimits(int messages, long bytes) {
    public OutboundQueueLimits {
        if (messages < 1 || bytes < 1) {
            throw new IllegalArgumentException("a queue of " + messages + " messages and " + bytes + " bytes");
        }
    }
}
