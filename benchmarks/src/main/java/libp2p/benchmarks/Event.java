package libp2p.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a peer's output: a flat JSON object. Only what the harness needs is read out of it.
 *
 * @param json the line
 */
record Event(String json) {
    private static final Pattern KIND = Pattern.compile("\"event\"\\s*:\\s*\"([a-z]+)\"");
    private static final Pattern ADDRESS = Pattern.compile("\"addrs\"\\s*:\\s*\\[\\s*\"([^\"]+)\"");

    String kind() {
        return first(KIND, "");
    }

    /** The first listen address. */
    String address() {
        return first(ADDRESS, "");
    }

    /** @throws IllegalArgumentException if there is no such member, or it is not a number */
    double number(String member) {
        String text = first(Pattern.compile("\"" + member + "\"\\s*:\\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)"), "");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("no number '" + member + "' in " + json);
        }
        return Double.parseDouble(text);
    }

    private String first(Pattern pattern, String otherwise) {
        Matcher matcher = pattern.matcher(json);
        return matcher.find() ? matcher.group(1) : otherwise;
    }
}
