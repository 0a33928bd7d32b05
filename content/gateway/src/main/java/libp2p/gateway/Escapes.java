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
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
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

    /** Text of a page. */
    static String html(String text) {
        return text.replaceAll("\\p{Cntrl}", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A Content-Disposition with a name in both forms of RFC 6266. */
    static String disposition(String kind, String name) {
        String plain = name.replaceAll("[^ -~]|[\"\\\\]", "_").replace(" ", "%20");
        return kind + "; filename=\"" + plain + "\"; filename*=UTF-8''" + part(name);
    }
}
