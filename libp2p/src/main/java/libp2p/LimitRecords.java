package libp2p;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the components of records of limits by their names: {@code dialing.timeout} names the component
 * {@code timeout} of the record that the component {@code dialing} holds. Values are numbers, truth values, durations
 * and texts; a record's own constructor checks their ranges.
 */
final class LimitRecords {
    /** The longest duration that a text may give; longer ones would overflow nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(100 * 365L);

    private LimitRecords() {}

    /** Hands every value of a record to the consumer, with its name and its text, in the order of the components. */
    static void write(String name, Record limits, BiConsumer<String, String> lines) {
        for (RecordComponent component : limits.getClass().getRecordComponents()) {
            String own = name + "." + component.getName();
            Object value = value(component, limits);
            if (value instanceof Record nested) {
                write(own, nested, lines);
            } else if (isValue(component.getType())) {
                lines.accept(own, text(value));
            }
        }
    }

    /**
     * The record with one value changed.
     *
     * @param name of the value, from this record on, such as {@code "dialing.timeout"}
     * @throws MalformedException if there is no such value, or the text does not fit it
     */
    static <T extends Record> T changed(T limits, String name, String text) {
        RecordComponent[] components = limits.getClass().getRecordComponents();
        int dot = name.indexOf('.');
        String first = dot < 0 ? name : name.substring(0, dot);
        @Nullable Object[] values = new Object[components.length];
        boolean found = false;
        for (int i = 0; i < components.length; i++) {
            Object old = value(components[i], limits);
            values[i] = old;
            if (components[i].getName().equals(first)) {
                values[i] = changed(components[i], old, dot < 0 ? "" : name.substring(dot + 1), text);
                found = true;
            }
        }
        if (!found) {
            throw new MalformedException("'" + first + "' is no limit; these are: " + names(components));
        }
        return made(limits, components, values);
    }

    private static Object changed(RecordComponent component, @Nullable Object old, String rest, String text) {
        if (old instanceof Record nested) {
            if (rest.isEmpty()) {
                throw new MalformedException("'" + component.getName() + "' is a group of limits: "
                        + names(nested.getClass().getRecordComponents()));
            }
            return changed(nested, rest, text);
        }
        if (!rest.isEmpty() || !isValue(component.getType())) {
            throw new MalformedException(
                    "'" + component.getName() + (rest.isEmpty() ? "" : "." + rest) + "' cannot be set by a text");
        }
        return parse(component.getType(), text);
    }

    @SuppressWarnings("unchecked") // the canonical constructor of T makes a T
    private static <T extends Record> T made(T limits, RecordComponent[] components, @Nullable Object[] values) {
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            Constructor<?> constructor = limits.getClass().getDeclaredConstructor(types);
            return (T) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw new MalformedException(String.valueOf(wrong.getMessage()));
            }
            throw new IllegalStateException(limits.getClass().getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(limits.getClass().getName() + " cannot be made", e);
        }
    }

    private static @Nullable Object value(RecordComponent component, Record limits) {
        try {
            return component.getAccessor().invoke(limits);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(limits.getClass().getName() + "." + component.getName(), e);
        }
    }

    private static boolean isValue(Class<?> type) {
        return type == int.class
                || type == long.class
                || type == double.class
                || type == boolean.class
                || type == Duration.class
                || type == String.class
                || type.isEnum();
    }

    private static Object parse(Class<?> type, String text) {
        if (type == int.class) {
            return (int) number(text, Integer.MAX_VALUE);
        } else if (type == long.class) {
            return number(text, Long.MAX_VALUE);
        } else if (type == double.class) {
            return fraction(text);
        } else if (type == boolean.class) {
            return truth(text);
        } else if (type == Duration.class) {
            return duration(text);
        }
        return type.isEnum() ? constant(type, text) : text;
    }

    private static Object constant(Class<?> type, String text) {
        List<String> known = new ArrayList<>();
        for (Object each : type.getEnumConstants()) {
            String name = ((Enum<?>) each).name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return each;
            }
            known.add(name);
        }
        throw new MalformedException("'" + text + "' is none of " + String.join(", ", known));
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MalformedException("'" + text + "' is neither true nor false");
        };
    }

    private static double fraction(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new MalformedException("'" + text + "' is no finite number");
    }

    private static long number(String text, long most) {
        if (text.equals("unlimited")) {
            return most;
        }
        int shift = 0;
        String digits = text;
        for (String unit : List.of("KiB", "MiB", "GiB")) {
            shift += 10;
            if (text.endsWith(unit)) {
                digits = text.substring(0, text.length() - unit.length()).strip();
                break;
            }
        }
        shift = digits.equals(text) ? 0 : shift;
        try {
            long value = Long.parseLong(digits);
            if (Math.abs(value) <= most >> shift) {
                return value << shift;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new MalformedException("'" + text + "' is neither a number up to " + most + " nor 'unlimited'");
    }

    /**
     * A duration of {@code ns}, {@code us}, {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}, or one of ISO
     * 8601.
     */
    private static Duration duration(String text) {
        try {
            Duration value = text.startsWith("P") ? Duration.parse(text) : simple(text);
            if (value.compareTo(LONGEST) <= 0 && !value.isNegative()) {
                return value;
            }
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            // told below
        }
        throw new MalformedException(
                "'" + text + "' is no duration such as 250ms, 15s, 10m, 22h or 7d, up to " + LONGEST.toDays() + "d");
    }

    private static Duration simple(String text) {
        int unit = 0;
        while (unit < text.length() && Character.isDigit(text.charAt(unit))) {
            unit++;
        }
        long count = Long.parseLong(text.substring(0, unit));
        return switch (text.substring(unit).strip()) {
            case "ns" -> Duration.ofNanos(count);
            case "us" -> Duration.ofNanos(Math.multiplyExact(count, 1_000L));
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> throw new NumberFormatException(text);
        };
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Duration duration) {
            return text(duration);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        return String.valueOf(value);
    }

    private static String text(Duration value) {
        if (value.getNano() % 1_000_000 != 0) {
            return value.toString();
        } else if (value.getNano() != 0) {
            return value.toMillis() + "ms";
        }
        long seconds = value.getSeconds();
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static String names(RecordComponent[] components) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : components) {
            if (isValue(component.getType()) || component.getType().isRecord()) {
                names.add(component.getName());
            }
        }
        return String.join(", ", names);
    }
}
