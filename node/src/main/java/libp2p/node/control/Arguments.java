package libp2p.node.control;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.http.HttpRequest;
import libp2p.multiformats.MalformedException;

/**
 * The arguments and options of a command in the query of its request, as Kubo's clients send them: {@code arg} once for
 * each argument, options by their names.
 */
public final class Arguments {
    /** The option of every command that ends it after a time. */
    static final String TIMEOUT = "timeout";

    /** Options of every command of Kubo; the others say how the answer is sent: ours is the only form. */
    private static final Set<String> OF_ALL = Set.of("encoding", "enc", "stream-channels", TIMEOUT);

    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(h|ms|m|s|us|µs|ns)");

    private final List<String> values = new ArrayList<>();
    private final Map<String, List<String>> options = new HashMap<>();

    private Arguments() {}

    /**
     * Reads the query of a request.
     *
     * @param known options of the command; another is refused
     * @throws MalformedException if the query is malformed, or has an option that is not known
     */
    public static Arguments of(HttpRequest request, String... known) {
        Arguments arguments = new Arguments();
        int mark = request.target().indexOf('?');
        if (mark >= 0) {
            for (String part : request.target().substring(mark + 1).split("&")) {
                if (!part.isEmpty()) {
                    arguments.add(part, Set.of(known));
                }
            }
        }
        String encoding = arguments.option("encoding", arguments.option("enc", "json"));
        arguments.option(TIMEOUT, ""); // it is there once
        if (!encoding.equals("json")) {
            throw new MalformedException(
                    "the encoding " + MalformedException.quote(encoding) + ", of which only json is");
        }
        return arguments;
    }

    private void add(String part, Set<String> known) {
        int equals = part.indexOf('=');
        String name = decoded(equals < 0 ? part : part.substring(0, equals));
        String value = equals < 0 ? "true" : decoded(part.substring(equals + 1));
        if (name.equals("arg")) {
            values.add(value);
        } else if (!known.contains(name) && !OF_ALL.contains(name)) {
            throw new MalformedException("this command has no option " + MalformedException.quote(name));
        } else {
            options.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a malformed escape in the query: " + e.getMessage());
        }
    }

    /** All arguments. */
    public List<String> all() {
        return List.copyOf(values);
    }

    /**
     * The arguments, at least one.
     *
     * @param what they are, for the message
     * @throws MalformedException if there is none
     */
    public List<String> some(String what) {
        if (values.isEmpty()) {
            throw new MalformedException("argument " + MalformedException.quote(what) + " is required");
        }
        return all();
    }

    /**
     * The only argument.
     *
     * @param what it is, for the message
     * @throws MalformedException if there is another number of them
     */
    public String one(String what) {
        if (some(what).size() > 1) {
            throw new MalformedException("only one argument " + MalformedException.quote(what) + " is taken");
        }
        return values.getFirst();
    }

    /** Refuses arguments. */
    public void none() {
        if (!values.isEmpty()) {
            throw new MalformedException("this command takes no argument");
        }
    }

    /** Whether a switch is on; false where it is not named. */
    public boolean has(String option) {
        return has(option, false);
    }

    /** Whether a switch is on. */
    public boolean has(String option, boolean otherwise) {
        return switch (option(option, Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            case String other ->
                throw new MalformedException(
                        "the option " + option + " is true or false, not " + MalformedException.quote(other));
        };
    }

    /**
     * The value of an option.
     *
     * @throws MalformedException if it is there twice
     */
    public String option(String name, String otherwise) {
        List<String> given = options(name);
        if (given.size() > 1) {
            throw new MalformedException("the option " + MalformedException.quote(name) + " is there twice");
        }
        return given.isEmpty() ? otherwise : given.getFirst();
    }

    /**
     * Refuses an option of Kubo's unless it has the value at which it changes nothing, which Kubo's clients send.
     *
     * @throws MalformedException if it has another one
     */
    public void only(String name, String value) {
        String given = option(name, value);
        if (!given.equals(value)) {
            throw new MalformedException("the option " + name + " may be " + MalformedException.quote(value)
                    + " here, and not " + MalformedException.quote(given));
        }
    }

    /**
     * The value of an option that is a duration in the form of Go, such as {@code 1m30s} or {@code 500ms}.
     *
     * @throws MalformedException if it is none
     */
    public Duration duration(String name, Duration otherwise) {
        String text = option(name, "");
        return text.isEmpty() ? otherwise : duration(name, text);
    }

    /** A duration in the form of Go. */
    static Duration duration(String name, String text) {
        Matcher parts = DURATION_PART.matcher(text);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (parts.find() && parts.start() == at) {
            at = parts.end();
            long nanos = switch (parts.group(2)) {
                case "h" -> 3_600_000_000_000L;
                case "m" -> 60_000_000_000L;
                case "s" -> 1_000_000_000L;
                case "ms" -> 1_000_000L;
                case "ns" -> 1L;
                default -> 1_000L;
            };
            sum = sum.plusNanos((long) (Double.parseDouble(parts.group(1)) * nanos));
        }
        if (at == 0 || at < text.length()) {
            throw new MalformedException("the option " + name + " is for example 500ms, 30s, 5m or 1h30m, not "
                    + MalformedException.quote(text));
        }
        return sum;
    }

    /** The values of an option that may be repeated. */
    public List<String> options(String name) {
        return options.getOrDefault(name, List.of());
    }

    /**
     * The value of an option that is a whole number, not below 0.
     *
     * @throws MalformedException if it is none
     */
    public long number(String name, long otherwise) {
        String text = option(name, Long.toString(otherwise));
        if (!text.matches("[0-9]{1,18}") && !text.equals(Long.toString(otherwise))) {
            throw new MalformedException(
                    "the option " + name + " is a number from 0, not " + MalformedException.quote(text));
        }
        return Long.parseLong(text);
    }
}
