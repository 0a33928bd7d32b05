package libp2p.stores;

import java.util.Map;
import java.util.TreeMap;

/** What happened in histories: a kind that never happened was not tested. */
final class HistoryCounts {
    private final Map<String, Long> counts = new TreeMap<>();

    synchronized void count(String what, long number) {
        counts.merge(what, number, Long::sum);
    }

    synchronized long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public synchronized String toString() {
        return counts.toString();
    }
}
