package libp2p.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import libp2p.core.metrics.ProtocolName;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/** The meters of the protocol families, a bounded number of them. Thread-safe. */
final class ProtocolMeters {
    private static final String OTHER = "other";
    private static final String NONE_AGREED = "none";

    /** The meters of one family. */
    static final class Family {
        final Traffic traffic = new Traffic();
        private final Counter[] opened = new Counter[Direction.values().length];
        private final Counter[] closed = new Counter[Direction.values().length];
        private final Timer[] negotiation = new Timer[Direction.values().length];

        void opened(Direction direction) {
            opened[direction.ordinal()].increment();
        }

        void closed(Direction direction) {
            closed[direction.ordinal()].increment();
        }

        void negotiated(Direction direction, long nanos) {
            negotiation[direction.ordinal()].record(Duration.ofNanos(nanos));
        }
    }

    private final MeterRegistry registry;
    private final int maximum;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Family> families = new LinkedHashMap<>();

    ProtocolMeters(MeterRegistry registry, int maximum) {
        this.registry = registry;
        this.maximum = maximum;
        total("inbound", all -> sum(family -> family.traffic.in.sum()));
        total("outbound", all -> sum(family -> family.traffic.out.sum()));
    }

    private void total(String direction, ToDoubleFunction<ProtocolMeters> value) {
        FunctionCounter.builder(Names.TRAFFIC, this, value)
                .description("Payload bytes of all streams")
                .baseUnit("bytes")
                .tag("dir", direction)
                .register(registry);
    }

    private double sum(ToDoubleFunction<Family> value) {
        lock.lock();
        try {
            return families.values().stream().mapToDouble(value).sum();
        } finally {
            lock.unlock();
        }
    }

    /** @param protocol null if none was agreed */
    Family of(@Nullable String protocol) {
        String wanted = protocol == null ? NONE_AGREED : ProtocolName.of(protocol);
        lock.lock();
        try {
            Family family = families.get(wanted);
            if (family == null && protocol != null && named() >= maximum) {
                wanted = OTHER;
                family = families.get(OTHER);
            }
            if (family == null) {
                family = register(wanted);
                families.put(wanted, family);
            }
            return family;
        } finally {
            lock.unlock();
        }
    }

    private int named() {
        return families.size() - (families.containsKey(OTHER) ? 1 : 0) - (families.containsKey(NONE_AGREED) ? 1 : 0);
    }

    private Family register(String name) {
        Family family = new Family();
        for (Direction direction : Direction.values()) {
            String[] tags = {"dir", Labels.of(direction), "protocol", name};
            boolean inbound = direction == Direction.INBOUND;
            FunctionCounter.builder(Names.PROTOCOL_TRAFFIC, family.traffic, t -> inbound ? t.in.sum() : t.out.sum())
                    .description("Payload bytes by protocol, after the negotiation")
                    .baseUnit("bytes")
                    .tags(tags)
                    .register(registry);
            family.opened[direction.ordinal()] = Counter.builder(Names.STREAMS_OPENED)
                    .description("Streams that agreed on a protocol")
                    .tags(tags)
                    .register(registry);
            family.closed[direction.ordinal()] = Counter.builder(Names.STREAMS_CLOSED)
                    .description("Streams that ended")
                    .tags(tags)
                    .register(registry);
            family.negotiation[direction.ordinal()] = Timer.builder(Names.NEGOTIATION)
                    .description("Time to agree on a protocol, or to fail")
                    .tags(tags)
                    .register(registry);
        }
        return family;
    }
}
