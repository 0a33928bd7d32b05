package libp2p;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import libp2p.multiformats.MalformedException;

/** The limits of families of protocols, by the names under which they ask for them, with the changes of a host. */
final class FamilyLimits {
    /** A host without one of these may still be given changes for it, so that many hosts can share one file. */
    private static final Set<String> BUILT_IN =
            Set.of("kad", "pubsub", "relay", "autonat", "autorelay", "holepunch", "portmapping", "bitswap");

    private final Map<String, String> changes;
    private final Set<String> asked = new TreeSet<>(BUILT_IN);

    /** @param changes by the whole name of the limit, each with its text, in the order of the names */
    FamilyLimits(Map<String, String> changes) {
        this.changes = changes;
    }

    /** Loads the classes of all families, which a host that is started does not need. */
    private static Map<String, Record> builtInDefaults() {
        Map<String, Record> defaults = new LinkedHashMap<>();
        defaults.put("kad", libp2p.kad.KadLimits.DEFAULT);
        defaults.put("pubsub", libp2p.pubsub.rpc.PubSubLimits.DEFAULT);
        defaults.put("relay", libp2p.nat.relay.RelayLimits.DEFAULT);
        defaults.put("autonat", libp2p.nat.autonat.AutoNatLimits.DEFAULT);
        defaults.put("autorelay", libp2p.nat.autorelay.AutoRelayLimits.DEFAULT);
        defaults.put("holepunch", libp2p.nat.dcutr.HolePunchLimits.DEFAULT);
        defaults.put("portmapping", libp2p.nat.mapping.PortMappingLimits.DEFAULT);
        defaults.put("bitswap", libp2p.exchange.bitswap.BitswapLimits.DEFAULT);
        return defaults;
    }

    static boolean isBuiltIn(String limit) {
        return BUILT_IN.stream().anyMatch(name -> limit.startsWith(name + "."));
    }

    /**
     * Checks a change as far as it is for a built-in family.
     *
     * @throws MalformedException if the family has no such limit, or the value does not fit
     */
    static void check(String limit, String value) {
        if (!isBuiltIn(limit)) {
            return;
        }
        builtInDefaults().forEach((name, defaults) -> {
            if (limit.startsWith(name + ".")) {
                LimitRecords.changed(defaults, limit.substring(name.length() + 1), value);
            }
        });
    }

    /** The limits of the built-in families, with the changes. */
    Map<String, Record> builtIn() {
        Map<String, Record> limits = new LinkedHashMap<>();
        builtInDefaults().forEach((name, defaults) -> limits.put(name, changed(name, defaults)));
        return limits;
    }

    /**
     * The limits of a family with the changes for it.
     *
     * @throws MalformedException if a change names no limit of it, or does not fit
     */
    <T extends Record> T changed(String name, T defaults) {
        T result = defaults;
        for (Map.Entry<String, String> change : changes.entrySet()) {
            if (change.getKey().startsWith(name + ".")) {
                try {
                    result = LimitRecords.changed(
                            result, change.getKey().substring(name.length() + 1), change.getValue());
                } catch (MalformedException e) {
                    throw new MalformedException(change.getKey() + " = " + change.getValue() + ": " + e.getMessage());
                }
            }
        }
        asked.add(name);
        return result;
    }

    /**
     * Checks that every change is for a built-in family or one of this host.
     *
     * @throws MalformedException naming the first that is not, and the names that there are
     */
    void checkUsed() {
        for (String change : changes.keySet()) {
            if (asked.stream().noneMatch(name -> change.startsWith(name + "."))) {
                throw new MalformedException("no part of this host has the limit " + change
                        + "; limits of families begin with one of: " + String.join(", ", asked));
            }
        }
    }
}
