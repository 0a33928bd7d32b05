package libp2p.nat.dcutr;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import libp2p.core.event.EventBus;
import libp2p.nat.dcutr.PunchEvent.Result;
import libp2p.nat.dcutr.PunchEvent.Via;

/** Tells the host how attempts ended, and counts them. Thread-safe. */
final class PunchOutcomes {
    private final Map<Via, Map<Result, LongAdder>> counters = new EnumMap<>(Via.class);

    PunchOutcomes() {
        for (Via via : Via.values()) {
            Map<Result, LongAdder> results = new EnumMap<>(Result.class);
            for (Result result : Result.values()) {
                results.put(result, new LongAdder());
            }
            counters.put(via, results);
        }
    }

    void ended(EventBus events, PunchEvent event) {
        counter(event.via(), event.result()).increment();
        events.publish(event);
    }

    long count(Via via, Result result) {
        return counter(via, result).sum();
    }

    private LongAdder counter(Via via, Result result) {
        return Objects.requireNonNull(Objects.requireNonNull(counters.get(via)).get(result));
    }
}
