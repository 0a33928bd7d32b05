package libp2p.core.limits;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import libp2p.multiformats.MalformedException;

/**
 * The bounds of all parts on the path of a program, found by {@link LimitRecords}: their defaults, and what is changed
 * of them by name or by a function. Immutable. To find a part's bounds starts nothing of the part.
 */
public final class LimitSet {
    /**
     * One bound of a part.
     *
     * @param name for example {@code "quic.inbound-streams"}
     * @param value in the form of the limits file
     * @param standard the default, in the same form
     * @param range for example {@code "1 to 65536 streams"}
     * @param meaning half a sentence
     */
    public record Line(String name, String value, String standard, String range, String meaning) {}

    /** The parts by name, read once. */
    private static final class Found {
        static final Map<String, Class<? extends Record>> GROUPS = read();

        private static Map<String, Class<? extends Record>> read() {
            Map<String, Class<? extends Record>> groups = new TreeMap<>();
            for (LimitRecords module : ServiceLoader.load(LimitRecords.class)) {
                for (Class<? extends Record> type : module.records()) {
                    Class<?> other = groups.putIfAbsent(name(type), type);
                    if (other != null && other != type) {
                        throw new IllegalStateException(
                                type.getName() + " and " + other.getName() + " both are the limits " + name(type));
                    }
                }
            }
            return groups;
        }

        private static String name(Class<?> type) {
            LimitGroup group = type.getAnnotation(LimitGroup.class);
            if (group == null) {
                throw new IllegalStateException(type.getName() + " has no name: @LimitGroup is missing");
            }
            return group.value();
        }
    }

    /** The defaults. */
    public static final LimitSet DEFAULT = new LimitSet(Map.of());

    /** A change of the bounds of a part: values by their names, or a function. */
    private sealed interface Change {
        Record apply(Record limits);

        record Named(Map<String, Object> values) implements Change {
            @Override
            public Record apply(Record limits) {
                return Bounds.changed(limits, values);
            }
        }

        record Function(UnaryOperator<Record> function) implements Change {
            @Override
            public Record apply(Record limits) {
                return function.apply(limits);
            }
        }
    }

    /** By part, in their order; neighbours that name values are one. */
    private final Map<Class<?>, List<Change>> changes;

    private LimitSet(Map<Class<?>, List<Change>> changes) {
        this.changes = changes;
    }

    /**
     * The same with another value of one bound. Whether values fit together is found when the bounds of the part are
     * {@linkplain #get got}, so that the order of changes does not matter.
     *
     * @param name for example {@code "quic.inbound-streams"}
     * @param value a number, a duration, a truth value, or a text as in the limits file
     * @throws MalformedException if no part on the path has such a bound, or the value does not fit; it says which there
     *     are, or what fits
     */
    public LimitSet with(String name, Object value) {
        int dot = name.indexOf('.');
        Class<? extends Record> type = Found.GROUPS.get(dot < 0 ? name : name.substring(0, dot));
        if (type == null) {
            throw new MalformedException("no part has the limit " + name + "; limits begin with one of: "
                    + String.join(", ", Found.GROUPS.keySet()));
        }
        if (dot < 0) {
            throw new MalformedException(name + " is a group of limits: "
                    + String.join(
                            ", ",
                            Bounds.parts(type).stream().map(Bounds.Part::name).toList()));
        }
        String rest = name.substring(dot + 1);
        Map<String, Object> values = new HashMap<>();
        List<Change> before = changes.getOrDefault(type, List.of());
        if (!before.isEmpty() && before.getLast() instanceof Change.Named named) {
            values.putAll(named.values());
            before = before.subList(0, before.size() - 1);
        }
        values.put(rest, Bounds.fitting(type, name, rest, value));
        return change(type, before, new Change.Named(Map.copyOf(values)));
    }

    /**
     * The same with the bounds of one part changed.
     *
     * @param change is called each time that the bounds are got
     */
    public <T extends Record> LimitSet with(Class<T> type, UnaryOperator<T> change) {
        return change(
                type,
                changes.getOrDefault(type, List.of()),
                new Change.Function(limits -> change.apply(type.cast(limits))));
    }

    private LimitSet change(Class<? extends Record> type, List<Change> before, Change change) {
        List<Change> all = new ArrayList<>(before);
        all.add(change);
        Map<Class<?>, List<Change>> changed = new HashMap<>(changes);
        changed.put(type, List.copyOf(all));
        return new LimitSet(Map.copyOf(changed));
    }

    /**
     * The bounds of a part, with the changes.
     *
     * @throws IllegalArgumentException if the changes make values that do not fit together
     */
    public <T extends Record> T get(Class<T> type) {
        return over(Bounds.defaults(type));
    }

    /**
     * Bounds that a program has given to a part, with the changes of this set over them.
     *
     * @throws IllegalArgumentException if the changes make values that do not fit together
     */
    @SuppressWarnings("unchecked") // a change gives the class that it gets
    public <T extends Record> T over(T limits) {
        Record changed = limits;
        for (Change change : changes.getOrDefault(limits.getClass(), List.of())) {
            changed = change.apply(changed);
        }
        return (T) changed;
    }

    /** Every bound on the path, by the name of its part, and then in the order in which the part declares them. */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        Found.GROUPS.forEach((name, type) -> lines(name + ".", get(type), lines));
        return lines;
    }

    private static void lines(String prefix, Record limits, List<Line> lines) {
        List<Bounds.Part> parts = Bounds.parts(limits.getClass());
        for (int i = 0; i < parts.size(); i++) {
            Bounds.Part part = parts.get(i);
            Object value = Bounds.value(limits, i);
            Object standard = part.standard();
            if (standard == null) {
                lines(prefix + part.name() + ".", (Record) value, lines);
            } else {
                lines.add(new Line(
                        prefix + part.name(), part.text(value), part.text(standard), part.range(), part.meaning()));
            }
        }
    }
}
