package libp2p.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One flat JSON object on a line: an event of a peer or a line of {@link ResultsFile}. Only what the harness needs is read
 * out of it.
 *
 * @param json the line
 */
record Event(String json) {
    private static final Pattern ADDRESS = Pattern.compile("\"addrs\"\\s*:\\s*\\[\\s*\"([^\"]+)\"");

    String kind() {
        return text("event");
    }

    /** The first listen address. */
    String address() {
        return first(ADDRESS);
    }

    /** A text without escapes; empty if there is no such member. */
    String text(String member) {
        return first(Pattern.compile("\"" + member + "\"\\s*:\\s*\"([^\"]*)\""));
    }

    boolean flag(String member) {
        return first(Pattern.compile("\"" + member + "\"\\s*:\\s*(true|false)")).equals("true");
    }

    /** @throws IllegalArgumentException if there is no such member, or it is not a number */
    double number(String member) {
        String text = first(Pattern.compile("\"" + member + "\"\\s*:\\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)"));
        if (text.isEmpty()) {
            throw new IllegalArgumentException("no number '" + member + "' in " + json);
        }
        return Double.parseDouble(text);
    }

    private String first(Pattern pattern) {
        Matcher matcher = pattern.matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }
}
