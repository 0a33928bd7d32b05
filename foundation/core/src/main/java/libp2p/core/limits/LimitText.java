package libp2p.core.limits;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.multiformats.MalformedException;

/**
 * The values of bounds as texts: numbers, also in {@code KiB}, {@code MiB} and {@code GiB}; {@code unlimited} for the
 * largest number of the type; durations such as {@code 250ms}, {@code 15s}, {@code 22h} and {@code 7d}; {@code true} and
 * {@code false}; the names of constants in small letters.
 */
final class LimitText {
    /** The longest duration that a text may give; longer ones would overflow nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(100 * 365L);

    private static final String UNLIMITED = "unlimited";
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB");

    private LimitText() {}

    /**
     * The value of a text.
     *
     * @throws MalformedException saying what a value of the type looks like
     */
    static Object parse(Class<?> type, String text) {
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
        if (text.equals(UNLIMITED)) {
            return most;
        }
        int shift = 0;
        String digits = text;
        for (String unit : UNITS) {
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

    /** The text of a value, which {@link #parse} reads. */
    static String of(Object value) {
        return switch (value) {
            case Duration duration -> text(duration);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case Integer number when number == Integer.MAX_VALUE -> UNLIMITED;
            case Long number when number == Long.MAX_VALUE -> UNLIMITED;
            default -> String.valueOf(value);
        };
    }

    /** The same of a value whose unit is bytes, in KiB, MiB or GiB if it is a whole number of them. */
    static String ofBytes(Object value) {
        String text = of(value);
        if (!(value instanceof Number number) || text.equals(UNLIMITED)) {
            return text;
        }
        long bytes = number.longValue();
        int unit = -1;
        while (unit + 1 < UNITS.size() && bytes >= 1024 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return unit < 0 ? text : bytes + UNITS.get(unit);
    }

    private static String text(Duration value) {
        if (value.getNano() % 1_000_000 != 0) {
            return value.toString();
        } else if (value.getNano() != 0) {
            return value.toMillis() + "ms";
        }
        long seconds = value.getSeconds();
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        } else if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
