package libp2p.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which blocks of a DAG go into a CAR (trustless gateway specification).
 *
 * @param duplicates whether a block that is reached again is sent again
 * @param from first byte of the entity that is wanted; negative ones count from the end
 * @param to last byte; negative ones count from the end, {@code Long.MAX_VALUE} is the end
 * @param ranged whether there is a range
 */
record CarParameters(Scope scope, boolean duplicates, String order, long from, long to, boolean ranged) {
    /** The part of the DAG below the end of the path that is wanted. */
    enum Scope {
        BLOCK,
        ENTITY,
        ALL
    }

    /** @throws IllegalArgumentException if a parameter cannot be fulfilled */
    static CarParameters of(Map<String, String> query, String accept) {
        String version = parameter(query, "car-version", accept, "version", "1");
        String order = parameter(query, "car-order", accept, "order", "dfs");
        String duplicates = parameter(query, "car-dups", accept, "dups", "n");
        if (!version.equals("1") || !(order.equals("dfs") || order.equals("unk")) || !duplicates.matches("[yn]")) {
            throw new IllegalArgumentException("only CARs of version 1, of order dfs, with dups y or n are made");
        }
        String range = query.get("entity-bytes");
        String named = query.getOrDefault("dag-scope", range == null ? "all" : "entity");
        if (!named.matches("block|entity|all")) {
            throw new IllegalArgumentException("dag-scope is block, entity or all");
        }
        long from = 0;
        long to = Long.MAX_VALUE;
        if (range != null) {
            if (!range.matches("-?[0-9]{1,18}:(\\*|-?[0-9]{1,18})")) {
                throw new IllegalArgumentException("entity-bytes is from:to");
            }
            String[] ends = range.split(":");
            from = Long.parseLong(ends[0]);
            to = ends[1].equals("*") ? Long.MAX_VALUE : Long.parseLong(ends[1]);
            boolean same = (from < 0) == (to < 0);
            if (same && from > to) {
                throw new IllegalArgumentException("entity-bytes begins behind its end");
            }
        }
        Scope scope = Scope.valueOf(named.toUpperCase(Locale.ROOT));
        return new CarParameters(scope, duplicates.equals("y"), order, from, to, range != null);
    }

    private static String parameter(
            Map<String, String> query, String name, String accept, String acceptName, String otherwise) {
        if (query.containsKey(name)) {
            return query.getOrDefault(name, otherwise);
        }
        for (String part : accept.split(";")) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length == 2 && pair[0].equalsIgnoreCase(acceptName)) {
                return pair[1].strip();
            }
        }
        return otherwise;
    }

    /** The parameters of a query, and those that the Accept header adds, by the names that they have in a query. */
    static Map<String, String> named(Map<String, String> query, String accept) {
        Map<String, String> all = new HashMap<>(query);
        for (String name : List.of("version", "order", "dups")) {
            String value = parameter(query, "car-" + name, accept, name, "");
            if (!value.isEmpty()) {
                all.put("car-" + name, value);
            }
        }
        return all;
    }

    String contentType() {
        return "application/vnd.ipld.car; version=1; order=" + order + "; dups=" + (duplicates ? "y" : "n");
    }
}
