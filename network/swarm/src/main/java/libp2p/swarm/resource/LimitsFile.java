package libp2p.swarm.resource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Subnet;

/**
 * Reads changes to the limits from a text of lines such as these, and writes all limits as such a text:
 *
 * <pre>
 * # what is not named here keeps its default
 * system.connectionsInbound = 2000
 * peer.memory = 64MiB
 * protocol[/ipfs/kad/1.0.0].streams = 5000
 * peer[12D3KooW…].connections = unlimited
 * network[ip4/32 ip6/56].connections = 16
 * network[ip4/32 ip6/56].perSecond = 1.5
 * allow = 10.0.0.0/8
 * allow = 192.0.2.7 12D3KooW…
 * </pre>
 *
 * <p>Kinds of scopes are those of {@link ScopeKind}, limits those of {@link Resource}. Limits of a named scope that the
 * file does not set are those of its kind.
 */
public final class LimitsFile {
    private final String source;
    private ResourceLimits limits;
    private final Map<String, AddressLimits.Rule> rules = new LinkedHashMap<>();
    private int line;

    private LimitsFile(String source, ResourceLimits base) {
        this.source = source;
        this.limits = base;
        base.addresses().rules().forEach(rule -> rules.put(prefixes(rule), rule));
    }

    /**
     * Reads a text.
     *
     * @throws MalformedException naming the line that is wrong, and why
     */
    public static ResourceLimits parse(String text, ResourceLimits base) {
        return parse("limits file", text, base);
    }

    /**
     * Reads a text.
     *
     * @param source what the text is called in errors
     * @throws MalformedException naming the source, the line that is wrong, and why
     */
    public static ResourceLimits parse(String source, String text, ResourceLimits base) {
        return new LimitsFile(source, base).parse(text);
    }

    /** Whether a name is that of a limit of resources, by the scope that it begins with, or of no limit at all. */
    public static boolean isLine(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        if (end == name.length()) {
            return true;
        }
        String scope = name.substring(0, end);
        return Arrays.stream(ScopeKind.values())
                .anyMatch(kind -> kind.toString().equals(scope));
    }

    /** All limits as a text that {@link #parse} reads: whatever the base, the same limits come out for every scope. */
    public static String text(ResourceLimits limits) {
        return LimitsText.of(limits);
    }

    private ResourceLimits parse(String text) {
        // Limits of kinds come first, so that those of named scopes can build on them.
        for (boolean named : new boolean[] {false, true}) {
            line = 0;
            text.lines().forEach(each -> line(each, named));
        }
        return limits.withAddresses(new AddressLimits(
                List.copyOf(rules.values()), limits.addresses().idle()));
    }

    private void line(String raw, boolean named) {
        line++;
        String text = raw.strip();
        if (text.isEmpty() || text.startsWith("#") || (text.indexOf('[') >= 0) != named) {
            return;
        }
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            throw wrong("'" + raw + "' is not of the form name = value");
        }
        String key = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        if (key.equals("allow")) {
            allow(value);
            return;
        }
        int dot = key.lastIndexOf('.');
        if (dot < 0) {
            throw wrong("'" + key + "' names no limit; it should look like system.connections");
        }
        String scope = key.substring(0, dot);
        String limit = key.substring(dot + 1);
        int bracket = scope.indexOf('[');
        if (bracket < 0) {
            ScopeKind kind = kind(scope);
            if (kind == ScopeKind.NETWORK) {
                throw wrong("networks are named by the lengths of their prefixes, such as network[ip4/32 ip6/56]");
            }
            limits = limits.with(kind, changed(limits.of(kind), limit, value));
        } else if (!scope.endsWith("]")) {
            throw wrong("the name in '" + scope + "' has no end");
        } else {
            named(scope.substring(0, bracket), scope.substring(bracket + 1, scope.length() - 1), limit, value);
        }
    }

    private void named(String kindText, String name, String limit, String value) {
        ScopeKind kind = kind(kindText);
        if (kind == ScopeKind.NETWORK) {
            network(name, limit, value);
            return;
        }
        if (!kind.isNamed()) {
            throw wrong("scopes of kind " + kind + " have no names");
        }
        String exact = kind == ScopeKind.PEER ? peer(name).toString() : name;
        limits = limits.with(kind, exact, changed(limits.of(kind, exact), limit, value));
    }

    private ScopeKind kind(String text) {
        List<String> known = new ArrayList<>();
        for (ScopeKind kind : ScopeKind.values()) {
            if (kind.toString().equals(text)) {
                return kind;
            }
            known.add(kind.toString());
        }
        throw wrong("'" + text + "' is no kind of scope; these are: " + String.join(", ", known));
    }

    private ScopeLimit changed(ScopeLimit old, String limit, String value) {
        List<String> known = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            if (resource == Resource.NEW_CONNECTIONS) {
                continue;
            }
            if (resource.toString().equals(limit)) {
                return old.with(resource, number(value, resource == Resource.MEMORY));
            }
            known.add(resource.toString());
        }
        throw wrong("'" + limit + "' is no limit; these are: " + String.join(", ", known));
    }

    private long number(String text, boolean bytes) {
        if (text.equals("unlimited")) {
            return bytes ? Long.MAX_VALUE : Integer.MAX_VALUE;
        }
        String digits = text;
        int shift = 0;
        String[] units = {"KiB", "MiB", "GiB"};
        for (int i = 0; i < units.length && bytes; i++) {
            if (text.endsWith(units[i])) {
                digits = text.substring(0, text.length() - 3).strip();
                shift = 10 * (i + 1);
            }
        }
        try {
            long number = Long.parseLong(digits);
            long most = bytes ? Long.MAX_VALUE >> shift : Integer.MAX_VALUE;
            if (number < 0 || number > most) {
                throw wrong("'" + text + "' is not between 0 and " + most);
            }
            return number << shift;
        } catch (NumberFormatException e) {
            throw wrong("'" + text + "' is neither a number" + (bytes ? " of bytes, KiB, MiB or GiB" : "")
                    + " nor 'unlimited'");
        }
    }

    private void network(String prefixes, String limit, String value) {
        int bits4 = -1;
        int bits6 = -1;
        for (String prefix : prefixes.split(" ", -1)) {
            if (prefix.startsWith("ip4/")) {
                bits4 = (int) number(prefix.substring(4), false);
            } else if (prefix.startsWith("ip6/")) {
                bits6 = (int) number(prefix.substring(4), false);
            } else {
                throw wrong("'" + prefix + "' is not a length of a prefix such as ip4/32 or ip6/56");
            }
        }
        try {
            AddressLimits.Rule fresh =
                    new AddressLimits.Rule(bits4, bits6, Integer.MAX_VALUE, Double.MAX_VALUE, Integer.MAX_VALUE);
            AddressLimits.Rule old = rules.getOrDefault(prefixes(fresh), fresh);
            AddressLimits.Rule changed = switch (limit) {
                case "connections" ->
                    new AddressLimits.Rule(bits4, bits6, (int) number(value, false), old.perSecond(), old.burst());
                case "perSecond" -> new AddressLimits.Rule(bits4, bits6, old.connections(), rate(value), old.burst());
                case "burst" ->
                    new AddressLimits.Rule(
                            bits4, bits6, old.connections(), old.perSecond(), (int) number(value, false));
                default ->
                    throw wrong("'" + limit + "' is no limit of networks; these are: connections, perSecond, burst");
            };
            rules.put(prefixes(changed), changed);
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private double rate(String text) {
        if (text.equals("unlimited")) {
            return Double.MAX_VALUE;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw wrong("'" + text + "' is neither a number of connections a second nor 'unlimited'");
        }
    }

    private static String prefixes(AddressLimits.Rule rule) {
        return rule.bits4() + " " + rule.bits6();
    }

    private void allow(String value) {
        String[] parts = value.split("\\s+", 2);
        try {
            Subnet subnet = Subnet.parse(parts[0]);
            limits = limits.withAllowed(new AllowList.Entry(subnet, parts.length == 1 ? null : peer(parts[1])));
        } catch (MalformedException e) {
            throw String.valueOf(e.getMessage()).startsWith(source) ? e : wrong(String.valueOf(e.getMessage()));
        }
    }

    private PeerId peer(String text) {
        try {
            return PeerId.parse(text);
        } catch (MalformedException e) {
            throw wrong("'" + text + "' is not a peer: " + e.getMessage());
        }
    }

    private MalformedException wrong(String message) {
        return new MalformedException(source + ", line " + line + ": " + message);
    }
}
