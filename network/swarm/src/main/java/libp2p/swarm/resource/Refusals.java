package libp2p.swarm.resource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ResourceReport;

/** Counts refusals and remembers the last ones. Guarded by the lock of the manager. */
final class Refusals {
    private static final int REMEMBERED = 64;

    private final Environment environment;
    private final long[][] counts = new long[ScopeKind.values().length][Resource.values().length];
    private final ArrayDeque<ResourceRefusal> last = new ArrayDeque<>(REMEMBERED);

    Refusals(Environment environment) {
        this.environment = environment;
    }

    ResourceRefusal of(ScopeKind kind, String scope, Resource resource, long value, long maximum) {
        return new ResourceRefusal(environment.wallClock(), kind, scope, resource, value, maximum);
    }

    void count(ResourceRefusal refusal) {
        counts[refusal.kind().ordinal()][refusal.resource().ordinal()]++;
        if (last.size() == REMEMBERED) {
            last.removeFirst();
        }
        last.addLast(refusal);
    }

    SequencedMap<String, Long> counts() {
        SequencedMap<String, Long> result = new TreeMap<>();
        report().forEach(entry -> result.put(entry.kind() + "." + entry.resource(), entry.count()));
        return result;
    }

    List<ResourceReport.RefusalCount> report() {
        List<ResourceReport.RefusalCount> result = new ArrayList<>();
        for (ScopeKind kind : ScopeKind.values()) {
            for (Resource resource : Resource.values()) {
                long count = counts[kind.ordinal()][resource.ordinal()];
                if (count > 0) {
                    result.add(new ResourceReport.RefusalCount(kind.toString(), resource.toString(), count));
                }
            }
        }
        return result;
    }

    List<ResourceRefusal> last() {
        return List.copyOf(last);
    }
}
