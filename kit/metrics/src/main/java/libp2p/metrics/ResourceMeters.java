package libp2p.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.resource.ResourceReport;

/** The report of the resource manager: its own scopes and the refusals of all. Thread-safe. */
final class ResourceMeters {
    /** Scopes of a kind that strangers can make many of are in the tree of the program only. */
    private static final Set<String> SHOWN = Set.of("system", "transient", "allowlistedSystem", "allowlistedTransient");

    private final MeterRegistry registry;
    private final MultiGauge used;
    private final MultiGauge limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Tags, AtomicLong> refusals = new HashMap<>();

    ResourceMeters(MeterRegistry registry) {
        this.registry = registry;
        used = MultiGauge.builder(Names.RESOURCE_USED)
                .description("The charges of a scope; memory in bytes")
                .register(registry);
        limits = MultiGauge.builder(Names.RESOURCE_LIMIT)
                .description("The limits of a scope; memory in bytes")
                .register(registry);
    }

    void show(ResourceReport report) {
        List<Row<?>> usedRows = new ArrayList<>();
        List<Row<?>> limitRows = new ArrayList<>();
        lock.lock();
        try {
            for (ResourceReport.Scope scope : report.scopes()) {
                if (SHOWN.contains(scope.kind())) {
                    scope.resources().forEach((resource, amount) -> {
                        Tags tags = Tags.of("scope", scope.kind(), "resource", resource);
                        usedRows.add(Row.of(tags, amount.used()));
                        if (amount.isLimited()) {
                            limitRows.add(Row.of(tags, amount.limit()));
                        }
                    });
                }
            }
            used.register(usedRows, true);
            limits.register(limitRows, true);
            report.refusals().forEach(this::show);
        } finally {
            lock.unlock();
        }
    }

    private void show(ResourceReport.RefusalCount count) {
        Tags tags = Tags.of("scope", count.kind(), "resource", count.resource());
        AtomicLong value = refusals.get(tags);
        if (value == null) {
            value = new AtomicLong();
            refusals.put(tags, value);
            FunctionCounter.builder(Names.RESOURCE_BLOCKED, value, AtomicLong::get)
                    .description("How often a limit of the resource manager refused")
                    .tags(tags)
                    .register(registry);
        }
        value.set(count.count());
    }
}
