package libp2p.scenarios.store;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How many histories have met a fault after a way in was used, and how many lost blocks each way has healed. */
final class Coverage {
    /** Ways in that no history uses, each with the reason. */
    private static final Map<String, String> NOT_TOLD = new TreeMap<>(Map.of(
            "p2p get --pin, and p2p pin add of what is not here",
            "peers and gateways are their only sources; GET_AND_PIN and KIT_PIN fetch by the same fetcher",
            "p2p pin remote",
            "writes nothing here; PIN_SERVICE is the other end of it",
            "p2p dag put",
            "stores and pins one block by the calls of NODE_PUT and NODE_PIN",
            "a command on its own, without a node",
            "opens the folder of the system alone; it does then what NODE_ADD, NODE_IMPORT, NODE_PUT and NODE_PIN do"));

    private final Map<Fault, Map<Way, Integer>> runs = new EnumMap<>(Fault.class);
    private final Map<Fault, Map<Healer, Integer>> healed = new EnumMap<>(Fault.class);

    void add(Fault fault, Set<Way> ways) {
        Map<Way, Integer> row = runs.computeIfAbsent(fault, key -> new EnumMap<>(Way.class));
        ways.forEach(way -> row.merge(way, 1, Integer::sum));
    }

    void addHealed(Fault fault, Healer by) {
        healed.computeIfAbsent(fault, key -> new EnumMap<>(Healer.class)).merge(by, 1, Integer::sum);
    }

    /** @throws AssertionError if a combination was never met */
    void requireAll() {
        for (Fault fault : Fault.values()) {
            for (Way way : Way.values()) {
                if (!runs.getOrDefault(fault, Map.of()).containsKey(way)) {
                    throw new AssertionError("no history has met " + fault + " after " + way + "\n" + this);
                }
            }
            for (Healer by : Healer.values()) {
                if (fault.isDamage() && !healed.getOrDefault(fault, Map.of()).containsKey(by)) {
                    throw new AssertionError(
                            "no block that was lost by " + fault + " was healed by " + by + "\n" + this);
                }
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-16s", "histories"));
        for (Way way : Way.values()) {
            table.append(String.format(Locale.ROOT, "%13s", way));
        }
        for (Fault fault : Fault.values()) {
            table.append(String.format(Locale.ROOT, "%n%-16s", fault));
            for (Way way : Way.values()) {
                table.append(String.format(
                        Locale.ROOT, "%13d", runs.getOrDefault(fault, Map.of()).getOrDefault(way, 0)));
            }
        }
        table.append(String.format(Locale.ROOT, "%n%-16s", "blocks healed"));
        for (Healer by : Healer.values()) {
            table.append(String.format(Locale.ROOT, "%13s", by));
        }
        for (Fault fault : Fault.values()) {
            if (fault.isDamage()) {
                table.append(String.format(Locale.ROOT, "%n%-16s", fault));
                for (Healer by : Healer.values()) {
                    table.append(String.format(
                            Locale.ROOT,
                            "%13d",
                            healed.getOrDefault(fault, Map.of()).getOrDefault(by, 0)));
                }
            }
        }
        NOT_TOLD.forEach((way, reason) -> table.append(String.format(Locale.ROOT, "%nnot told: %s: %s", way, reason)));
        return table.toString();
    }
}
