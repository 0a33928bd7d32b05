package libp2p.swarm.resource;

import java.util.Comparator;
import java.util.Map;

/**
 * Writes limits in the form of {@link LimitsFile}: every limit of every kind, then those of named scopes, then the
 * rest.
 */
final class LimitsText {
    private final StringBuilder text = new StringBuilder();

    private LimitsText() {}

    static String of(ResourceLimits limits) {
        LimitsText text = new LimitsText();
        for (ScopeKind kind : ScopeKind.values()) {
            if (kind != ScopeKind.NETWORK) {
                text.scope(kind.toString(), limits.of(kind));
            }
        }
        limits.names().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparing(ResourceLimits.Name::kind).thenComparing(ResourceLimits.Name::name)))
                .forEach(each ->
                        text.scope(each.getKey().kind() + "[" + each.getKey().name() + "]", each.getValue()));
        limits.addresses().rules().forEach(text::rule);
        limits.allowed().entries().forEach(text::allow);
        return text.text.toString();
    }

    private void scope(String scope, ScopeLimit limit) {
        for (Resource resource : Resource.values()) {
            if (resource != Resource.NEW_CONNECTIONS) {
                long value = limit.of(resource);
                line(scope + "." + resource, resource == Resource.MEMORY ? bytes(value) : count(value));
            }
        }
    }

    private void rule(AddressLimits.Rule rule) {
        String prefixes =
                (rule.bits4() < 0 ? "" : "ip4/" + rule.bits4() + " ") + (rule.bits6() < 0 ? "" : "ip6/" + rule.bits6());
        if (!prefixes.isEmpty()) {
            String scope = "network[" + prefixes.strip() + "]";
            line(scope + ".connections", count(rule.connections()));
            line(
                    scope + ".perSecond",
                    rule.perSecond() == Double.MAX_VALUE ? "unlimited" : String.valueOf(rule.perSecond()));
            line(scope + ".burst", count(rule.burst()));
        }
    }

    private void allow(AllowList.Entry entry) {
        line("allow", entry.subnet() + (entry.peer() == null ? "" : " " + entry.peer()));
    }

    private void line(String name, String value) {
        text.append(name).append(" = ").append(value).append('\n');
    }

    private static String count(long value) {
        return value >= Integer.MAX_VALUE ? "unlimited" : String.valueOf(value);
    }

    private static String bytes(long value) {
        if (value == Long.MAX_VALUE) {
            return "unlimited";
        }
        boolean whole = value != 0 && value % (1 << 20) == 0;
        return whole ? (value >> 20) + "MiB" : String.valueOf(value);
    }
}
