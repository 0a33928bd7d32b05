package libp2p.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One flat JSON object on a line: an event of a peer or a line of {@link ResultsFile}. Only what the harness needs is
 * read out of it.
 *
 * @param json the line
 */
record Event(String json) {
    private static final Pattern ADDRESS = Pattern.compile("\"addrs\"\\s*:\\s*\\[\\s*\"([^\"]+)\"");

    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

    String kind() {
        return text("event");
    }

    /** The first listen address. */
    String address() {
        return first(ADDRESS);
    }

    /** A text, the only escapes of which are of characters by their number; empty if there is no such member. */
    String text(String member) {
        String text = first(Pattern.compile("\"" + member + "\"\\s*:\\s*\"([^\"]*)\""));
        return ESCAPE.matcher(text).replaceAll(escape -> String.valueOf((char) Integer.parseInt(escape.group(1), 16)));
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
