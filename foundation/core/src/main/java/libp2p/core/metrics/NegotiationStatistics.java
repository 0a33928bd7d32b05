package libp2p.core.metrics;

import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Counts negotiations and how long they took, per {@link ProtocolName}. Bounded: what comes after {@link
 * #MAXIMUM_FAMILIES} families is counted under {@link #OTHER}. Thread-safe.
 */
public final class NegotiationStatistics implements HostObserver {
    /** Families that are counted apart. */
    public static final int MAXIMUM_FAMILIES = 1000;

    /** Name under which families beyond the bound are counted. */
    public static final String OTHER = "(other)";

    /** Name under which negotiations are counted that agreed on nothing. */
    public static final String NONE_AGREED = "(none agreed)";

    /**
     * The counts of one family.
     *
     * @param inbound negotiations that the remote started
     * @param outbound negotiations that this host started
     * @param totalNanos time they took together
     * @param longestNanos time the slowest took
     */
    public record Family(long inbound, long outbound, long totalNanos, long longestNanos) {
        private static final Family EMPTY = new Family(0, 0, 0, 0);

        /** Negotiations in both directions. */
        public long count() {
            return inbound + outbound;
        }

        private Family plus(Direction direction, long nanos) {
            boolean in = direction == Direction.INBOUND;
            return new Family(
                    inbound + (in ? 1 : 0), outbound + (in ? 0 : 1), totalNanos + nanos, Math.max(longestNanos, nanos));
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Family> families = new TreeMap<>();

    @Override
    public void negotiated(Direction direction, @Nullable String protocol, long nanos) {
        String family = protocol == null ? NONE_AGREED : ProtocolName.of(protocol);
        lock.lock();
        try {
            String key = families.containsKey(family) || families.size() < MAXIMUM_FAMILIES ? family : OTHER;
            families.merge(key, Family.EMPTY.plus(direction, nanos), (old, one) -> old.plus(direction, nanos));
        } finally {
            lock.unlock();
        }
    }

    /** The counts so far, by family. */
    public SequencedMap<String, Family> families() {
        lock.lock();
        try {
            return new TreeMap<>(families);
        } finally {
            lock.unlock();
        }
    }
}
