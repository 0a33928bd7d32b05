package libp2p.core.limits;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what records of bounds declare by {@link Bound}, and holds them to it:
 *
 * <pre>{@code
 * @LimitGroup("chess")
 * public record ChessLimits(
 *         @Bound(value = "8", least = "1", most = "1000", unit = "games", is = "at a time") int games,
 *         @Bound(value = "1m", least = "1s", most = "1d", is = "for a move") Duration move) {
 *     public static final ChessLimits DEFAULT = Bounds.defaults(ChessLimits.class);
 *
 *     public ChessLimits {
 *         Bounds.check(ChessLimits.class, games, move);
 *     }
 * }
 * }</pre>
 *
 * Thread-safe; nothing blocks. A class is read when it is first asked for.
 */
public final class Bounds {
    /**
     * One component of a record.
     *
     * @param name in a limits file, after that of its group
     * @param type of its value, or the record of a group
     * @param standard the default; null for a group
     * @param least null if there is none
     * @param most null if there is none
     */
    record Part(
            String name,
            Class<?> type,
            @Nullable Object standard,
            @Nullable Object least,
            @Nullable Object most,
            String unit,
            String meaning) {
        boolean isGroup() {
            return standard == null;
        }

        /** Whether a value is within the range. */
        boolean allows(Object value) {
            return (least == null || compare(value, least) >= 0) && (most == null || compare(value, most) <= 0);
        }

        @SuppressWarnings("unchecked") // both are of the type of the component
        private static int compare(Object one, Object other) {
            return ((Comparable<Object>) one).compareTo(other);
        }

        /** A value in the form of the limits file. */
        String text(Object value) {
            return unit.equals("bytes") ? LimitText.ofBytes(value) : LimitText.of(value);
        }

        /** For example {@code "1 to 65536 streams"}. */
        String range() {
            String counted = unit.isEmpty() ? "" : " " + unit;
            if (least == null || most == null) {
                return type.isEnum() ? "one of its names" : "any value";
            }
            return text(least) + " to " + text(most) + counted;
        }
    }

    /** What a class declares, with how it is made and read. */
    private record Declaration(
            List<Part> parts, java.lang.reflect.Constructor<?> constructor, List<java.lang.reflect.Method> accessors) {}

    private static final ClassValue<Declaration> DECLARED = new ClassValue<>() {
        @Override
        protected Declaration computeValue(Class<?> type) {
            return read(type);
        }
    };

    private Bounds() {}

    /**
     * The record whose values are the defaults that its components declare.
     *
     * @throws IllegalStateException if a component declares none, or one that is out of its range
     */
    public static <T extends Record> T defaults(Class<T> type) {
        List<Part> parts = parts(type);
        Object[] values = new Object[parts.size()];
        for (int i = 0; i < values.length; i++) {
            Part part = parts.get(i);
            Object standard = part.standard();
            values[i] = standard == null ? defaults(part.type().asSubclass(Record.class)) : standard;
        }
        return make(type, values);
    }

    /**
     * Holds values to the ranges that the components of a record declare; its canonical constructor calls this.
     *
     * @param values of all components, in their order
     * @throws IllegalArgumentException naming the bound, the value and the range of the first that is out of range
     */
    public static void check(Class<? extends Record> type, Object... values) {
        List<Part> parts = parts(type);
        if (values.length != parts.size()) {
            throw new IllegalStateException(
                    type.getName() + " has " + parts.size() + " components, and checks " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            Part part = parts.get(i);
            if (!part.isGroup() && !part.allows(values[i])) {
                throw new IllegalArgumentException(outOfRange(prefix(type) + part.name(), part, values[i]));
            }
        }
    }

    private static String outOfRange(String name, Part part, Object value) {
        return name + " is " + part.text(value) + ", possible: " + part.range();
    }

    /** The name of a group with a dot, or that of the class, which may be in several groups. */
    private static String prefix(Class<?> type) {
        LimitGroup group = type.getAnnotation(LimitGroup.class);
        return (group == null ? type.getSimpleName() : group.value()) + ".";
    }

    static List<Part> parts(Class<?> type) {
        return DECLARED.get(type).parts();
    }

    /** The value of a component. */
    static Object value(Record limits, int part) {
        try {
            return DECLARED.get(limits.getClass()).accessors().get(part).invoke(limits);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(limits.getClass().getName(), e);
        }
    }

    /**
     * The record with some values changed together, so that their order does not matter.
     *
     * @param values by the names of bounds from this record on, for example {@code "yamux.window"}; fitting
     * @throws IllegalArgumentException if they do not fit together
     */
    static <T extends Record> T changed(T limits, Map<String, Object> values) {
        @SuppressWarnings("unchecked") // the class of a T
        Class<T> type = (Class<T>) limits.getClass();
        List<Part> parts = parts(type);
        Object[] changed = new Object[parts.size()];
        for (int i = 0; i < changed.length; i++) {
            Part part = parts.get(i);
            Object old = value(limits, i);
            changed[i] = part.isGroup()
                    ? changed((Record) old, below(part.name() + ".", values))
                    : values.getOrDefault(part.name(), old);
        }
        return make(type, changed);
    }

    private static Map<String, Object> below(String prefix, Map<String, Object> values) {
        Map<String, Object> below = new HashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), value);
            }
        });
        return below;
    }

    /**
     * A value for a bound, of its type and in its range.
     *
     * @param whole its whole name, for errors
     * @param name of the bound from the record on
     * @param value a number, a duration, a truth value, or a text as in the limits file
     * @throws MalformedException if there is no such bound, or the value does not fit
     */
    static Object fitting(Class<?> type, String whole, String name, Object value) {
        List<Part> parts = parts(type);
        int dot = name.indexOf('.');
        String first = dot < 0 ? name : name.substring(0, dot);
        for (Part part : parts) {
            if (part.name().equals(first)) {
                return fitting(part, whole, dot < 0 ? "" : name.substring(dot + 1), value);
            }
        }
        throw new MalformedException(whole + ": '" + first + "' is no limit; these are: " + names(parts));
    }

    private static Object fitting(Part part, String whole, String rest, Object value) {
        if (part.isGroup()) {
            if (rest.isEmpty()) {
                throw new MalformedException(whole + " is a group of limits: " + names(parts(part.type())));
            }
            return fitting(part.type(), whole, rest, value);
        }
        if (!rest.isEmpty()) {
            throw new MalformedException(whole + ": '" + part.name() + "' is a limit, and has no '" + rest + "'");
        }
        Object fitting = fitting(part.type(), whole, value);
        if (!part.allows(fitting)) {
            throw new MalformedException(outOfRange(whole, part, fitting));
        }
        return fitting;
    }

    private static Object fitting(Class<?> type, String whole, Object value) {
        if (type == long.class && value instanceof Integer small) {
            return small.longValue();
        }
        if (value instanceof String text) {
            try {
                return LimitText.parse(type, text);
            } catch (MalformedException e) {
                throw new MalformedException(whole + ": " + e.getMessage());
            }
        }
        if (!boxed(type).isInstance(value)) {
            throw new MalformedException(whole + ": " + value + " is of type "
                    + value.getClass().getSimpleName() + ", and the limit of type " + type.getSimpleName());
        }
        return value;
    }

    private static Class<?> boxed(Class<?> type) {
        return java.lang.invoke.MethodType.methodType(type).wrap().returnType();
    }

    private static String names(List<Part> parts) {
        return String.join(", ", parts.stream().map(Part::name).toList());
    }

    private static <T extends Record> T make(Class<T> type, Object[] values) {
        try {
            return type.cast(DECLARED.get(type).constructor().newInstance(values));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(type.getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " cannot be made: it has to be public, and exported", e);
        }
    }

    private static Declaration read(Class<?> type) {
        List<Part> parts = new ArrayList<>();
        List<java.lang.reflect.Method> accessors = new ArrayList<>();
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            accessors.add(components[i].getAccessor());
            parts.add(part(type, components[i]));
        }
        try {
            return new Declaration(List.copyOf(parts), type.getDeclaredConstructor(types), List.copyOf(accessors));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type.getName(), e);
        }
    }

    private static Part part(Class<?> owner, RecordComponent component) {
        Class<?> type = component.getType();
        String name = kebab(component.getName());
        Bound bound = component.getAnnotation(Bound.class);
        if (bound == null) {
            if (!type.isRecord()) {
                throw new IllegalStateException(owner.getName() + "." + component.getName() + " declares no bound");
            }
            return new Part(name, type, null, null, null, "", "");
        }
        Object least = bound.least().isEmpty() ? null : LimitText.parse(type, bound.least());
        Object most = bound.most().isEmpty() ? null : LimitText.parse(type, bound.most());
        return new Part(name, type, LimitText.parse(type, bound.value()), least, most, bound.unit(), bound.is());
    }

    /** {@code inbound-streams} for {@code inboundStreams}. */
    private static String kebab(String name) {
        StringBuilder kebab = new StringBuilder();
        for (char letter : name.toCharArray()) {
            if (Character.isUpperCase(letter) && !kebab.isEmpty()) {
                kebab.append('-');
            }
            kebab.append(letter);
        }
        return kebab.toString().toLowerCase(Locale.ROOT);
    }
}
