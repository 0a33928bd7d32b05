package libp2p.crypto;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which engine is tried first for which primitive. Immutable.
 *
 * <p>The text form is a comma-separated list of {@code primitive=engine}, for example {@code aead=jdk,x25519=bc};
 * {@code aead} stands for every AEAD and {@code all} for every primitive; the last word counts. A preferred engine that
 * is not there, or does not implement the primitive, is passed over: the default order stands behind it. The word
 * {@code fixed} keeps the default order of all others whatever {@link Crypto#measure} may find; what is preferred is
 * fixed anyway.
 */
public final class EnginePreference {
    /** No preferences: the default order of each primitive. */
    public static final EnginePreference DEFAULT = new EnginePreference(Map.of(), false);

    private final Map<Primitive, Engine> first;

    private final boolean allFixed;

    private EnginePreference(Map<Primitive, Engine> first, boolean allFixed) {
        this.first = first;
        this.allFixed = allFixed;
    }

    /**
     * Reads the text form; an empty text is {@link #DEFAULT}.
     *
     * @throws IllegalArgumentException if a primitive or an engine is unknown, naming it
     */
    public static EnginePreference parse(String text) {
        EnginePreference preference = DEFAULT;
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            if (entry.strip().equalsIgnoreCase("fixed")) {
                preference = preference.fixed();
                continue;
            }
            int equals = entry.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("crypto engine entry without '=': '" + entry.strip() + "'");
            }
            Engine engine = Engine.ofLabel(entry.substring(equals + 1));
            for (Primitive primitive : primitives(entry.substring(0, equals))) {
                preference = preference.prefer(primitive, engine);
            }
        }
        return preference;
    }

    /** A copy in which {@code engine} is tried first for {@code primitive}. */
    public EnginePreference prefer(Primitive primitive, Engine engine) {
        Map<Primitive, Engine> copy = new EnumMap<>(Primitive.class);
        copy.putAll(first);
        copy.put(primitive, engine);
        return new EnginePreference(copy, allFixed);
    }

    /** A copy in which {@code engine} is tried first for every primitive. */
    public EnginePreference preferEverywhere(Engine engine) {
        Map<Primitive, Engine> all = new EnumMap<>(Primitive.class);
        for (Primitive primitive : Primitive.values()) {
            all.put(primitive, engine);
        }
        return new EnginePreference(all, true);
    }

    /** A copy in which the engines stay as they were chosen first. */
    public EnginePreference fixed() {
        return new EnginePreference(first, true);
    }

    /** Whether the engine of a primitive stays as it was chosen first. */
    public boolean isFixed(Primitive primitive) {
        return allFixed || first.containsKey(primitive);
    }

    /** The engines of a primitive in the order in which they are tried. */
    public List<Engine> order(Primitive primitive) {
        Engine preferred = first.get(primitive);
        if (preferred == null || !primitive.defaultOrder().contains(preferred)) {
            return primitive.defaultOrder();
        }
        List<Engine> order = new ArrayList<>(primitive.defaultOrder());
        order.remove(preferred);
        order.addFirst(preferred);
        return List.copyOf(order);
    }

    private static List<Primitive> primitives(String label) {
        String wanted = label.strip().toLowerCase(Locale.ROOT);
        if (wanted.equals("all")) {
            return List.of(Primitive.values());
        }
        if (wanted.equals("aead")) {
            return List.of(Primitive.CHACHA20_POLY1305, Primitive.AES_GCM);
        }
        for (Primitive primitive : Primitive.values()) {
            if (primitive.label().equals(wanted)) {
                return List.of(primitive);
            }
        }
        throw new IllegalArgumentException("unknown crypto primitive '" + label.strip() + "'");
    }
}
