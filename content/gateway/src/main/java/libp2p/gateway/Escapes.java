package libp2p.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Foreign text inside of URLs, headers and pages. */
final class Escapes {
    private Escapes() {}

    /** A part of a path: characters that RFC 3986 allows there stay as they are. */
    static String part(String text) {
        return isUnreserved(text)
                ? text
                : URLEncoder.encode(text, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A")
                        .replace("%26", "&")
                        .replace("%24", "$")
                        .replace("%3A", ":")
                        .replace("%3D", "=")
                        .replace("%40", "@")
                        .replace("%2B", "+")
                        .replace("%7E", "~");
    }

    private static boolean isUnreserved(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_') {
                return false;
            }
        }
        return true;
    }

    /** Parts of a path, a slash before each. */
    static String path(List<String> parts) {
        StringBuilder out = new StringBuilder();
        parts.forEach(part -> out.append('/').append(part(part)));
        return out.toString();
    }

    /** Parts of a path, a slash before each, everything escaped that is not unreserved. */
    static String uri(List<String> parts) {
        StringBuilder out = new StringBuilder();
        parts.forEach(part -> out.append('/')
                .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20")));
        return out.toString();
    }

    /** A query with its question mark, its parameters in the order of their names; empty if there are none. */
    static String query(Map<String, String> parameters) {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(parameters)
                .forEach((name, value) -> out.append(out.isEmpty() ? '?' : '&')
                        .append(strict(name))
                        .append('=')
                        .append(strict(value)));
        return out.toString();
    }

    /** Text in which everything is escaped that is not unreserved, but for its slashes. */
    static String parts(String text) {
        return strict(text).replace("%2F", "/");
    }

    /** Text in which everything is escaped that is not unreserved. */
    private static String strict(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** Text of a page; see {@link #html(String, StringBuilder)}. */
    static String html(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        html(text, out);
        return out.toString();
    }

    /**
     * Text of a page: markup stays text. Characters without a shape of their own, which could reorder or break up what
     * stands around them, become U+FFFD: controls, overrides and embeddings of direction, surrogates without their pair.
     */
    static void html(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    if (c < 0x7f && c >= ' ') {
                        out.append(c);
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        out.append(isShapeless(c) ? '\ufffd' : c);
                    }
                }
            }
        }
    }

    /** Whether a character that is no part of a pair has no shape of its own. */
    static boolean isShapeless(char c) {
        return Character.isISOControl(c)
                || Character.isSurrogate(c)
                || c >= '\u2028' && c <= '\u202e' // ends of lines and paragraphs, embeddings, overrides
                || c >= '\u2066' && c <= '\u2069' // isolates
                || c >= '\ufffe';
    }

    /** A Content-Disposition with a name in both forms of RFC 6266. */
    static String disposition(String kind, String name) {
        String plain = name.replaceAll("[^ -~]|[\"\\\\]", "_").replace(" ", "%20");
        return kind + "; filename=\"" + plain + "\"; filename*=UTF-8''" + part(name);
    }
}
