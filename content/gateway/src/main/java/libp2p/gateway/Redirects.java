package libp2p.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import libp2p.http.HttpRequest;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code _redirects} file: rules of the form {@code from to [status]}, of which the first that fits a path that does
 * not exist decides (<a href="https://specs.ipfs.tech/http-gateways/web-redirects-file/">specification</a>).
 */
final class Redirects {
    /** Bytes of the largest file. */
    static final int FILE_BYTES = 64 << 10;

    private static final Set<Integer> STATUSES = Set.of(200, 301, 302, 303, 307, 308, 404, 410, 451);

    /** Characters of the path or URL that a rule leads to, as many as those of a request. */
    private static final int TARGET = 16 << 10;

    /** One rule; the status says whether the target is served or named. */
    record Rule(List<String> from, String to, int status) {}

    /** The outcome of a rule for a path; parts of the path that a redirect names are escaped in it. */
    record Outcome(String to, int status) {
        /** Whether the client is sent there, and nothing is served. */
        boolean isMove() {
            return isMove(status);
        }

        static boolean isMove(int status) {
            return status > 300 && status < 400;
        }
    }

    private final List<Rule> rules;

    private Redirects(List<Rule> rules) {
        this.rules = rules;
    }

    /** @throws MalformedException saying which line is wrong */
    static Redirects parse(String text) {
        List<Rule> rules = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            String bare = line.strip();
            if (!bare.isEmpty() && !bare.startsWith("#")) {
                rules.add(rule(number, bare.split("\\s+")));
            }
        }
        return new Redirects(rules);
    }

    private static Rule rule(int line, String[] words) {
        if (words.length < 2 || words.length > 3) {
            throw malformed(line, "a rule has two or three words");
        }
        int status = 301;
        if (words.length == 3) {
            if (!words[2].matches("[0-9]{3}")) {
                throw malformed(line, "the status " + MalformedException.quote(words[2]) + " is no number");
            }
            status = Integer.parseInt(words[2]);
        }
        if (!STATUSES.contains(status)) {
            throw malformed(line, "unsupported redirect status " + status);
        }
        boolean elsewhere = words[1].matches("(https?|ipfs|ipns)://.+") && status > 300 && status < 400;
        if (!words[0].startsWith("/") || !(words[1].startsWith("/") || elsewhere)) {
            throw malformed(line, "paths begin with a slash");
        }
        List<String> from = parts(words[0]);
        if (from.indexOf("*") >= 0 && from.indexOf("*") < from.size() - 1) {
            throw malformed(line, "a star stands at the end only");
        }
        List<String> names = from.stream()
                .filter(part -> part.startsWith(":") && part.length() > 1)
                .toList();
        if (new HashSet<>(names).size() < names.size()) {
            throw malformed(line, "a placeholder that is named twice");
        }
        return new Rule(from, words[1], status);
    }

    private static MalformedException malformed(int line, String what) {
        return new MalformedException("could not parse _redirects: line " + line + ": " + what);
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    /**
     * The outcome of the first rule that fits, or null.
     *
     * @throws MalformedException if it leads to a path or URL that is too long: a rule may name parts of a path that is
     *     asked for thousands of times
     */
    @Nullable
    Outcome find(List<String> path) {
        for (Rule rule : rules) {
            Map<String, String> values = match(rule.from(), path);
            if (values != null) {
                boolean moved = Outcome.isMove(rule.status());
                return new Outcome(filled(rule.to(), values, moved ? Escapes::parts : value -> value), rule.status());
            }
        }
        return null;
    }

    private static @Nullable Map<String, String> match(List<String> from, List<String> path) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < from.size(); i++) {
            String part = from.get(i);
            if (part.equals("*")) {
                values.put("splat", String.join("/", path.subList(i, path.size())));
                return values;
            }
            if (i >= path.size()) {
                return null;
            }
            if (part.startsWith(":") && part.length() > 1) {
                values.put(part.substring(1), path.get(i));
            } else if (!part.equals(path.get(i))) {
                return null;
            }
        }
        return from.size() == path.size() ? values : null;
    }

    /** The path of a target, without its query and its fragment. */
    static String path(String to) {
        return to.split("[?#]", 2)[0];
    }

    /**
     * A target as a Location, with the parameters of the request: they win over those of the rule.
     *
     * @param to a path or a URL
     */
    static String location(String to, Map<String, String> asked) {
        int hash = to.indexOf('#');
        String fragment = hash < 0 ? "" : to.substring(hash);
        String rest = hash < 0 ? to : to.substring(0, hash);
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? "" : rest.substring(mark);
        if (!asked.isEmpty()) {
            Map<String, String> merged =
                    new HashMap<>(HttpRequest.of("GET", "/" + query, Map.of()).query());
            merged.remove("");
            merged.putAll(asked);
            query = Escapes.query(merged);
        }
        return (path.startsWith("/") ? local(path) : safe(path)) + safe(query) + safe(fragment);
    }

    /** A path of the same host: two slashes at its start would name another. */
    private static String local(String path) {
        return "/" + safe(path.replaceFirst("^[/\\\\]+", ""));
    }

    /** A part of a URL in which only what may stand there is as it was; escapes stay. */
    private static String safe(String url) {
        StringBuilder out = new StringBuilder();
        for (byte one : url.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            boolean allowed = c > ' ' && c < 0x7f && "\"<>\\^`{|}".indexOf(c) < 0;
            out.append(allowed ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }

    private static String filled(String to, Map<String, String> values, UnaryOperator<String> form) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < to.length()) {
            char c = to.charAt(at);
            int end = at + 1;
            while (c == ':'
                    && end < to.length()
                    && (Character.isLetterOrDigit(to.charAt(end)) || to.charAt(end) == '_')) {
                end++;
            }
            String value = c == ':' ? values.get(to.substring(at + 1, end)) : null;
            out.append(value == null ? to.substring(at, end) : form.apply(value));
            if (out.length() > TARGET) {
                throw new MalformedException("_redirects: a rule leads to more than " + TARGET + " characters");
            }
            at = end;
        }
        return out.toString();
    }
}
