package libp2p.gateway;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;

/** Conditional and partial requests of RFC 9110. */
final class Conditions {
    private static final Pattern RANGE = Pattern.compile("bytes=\\s*([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})\\s*(,.*)?");

    private Conditions() {}

    /** Whether If-None-Match names a tag; weak comparison. */
    static boolean matches(String condition, String tag) {
        String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
        return Arrays.stream(condition.split(","))
                .map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(strong) || one.equals("W/" + strong));
    }

    /** Writes bytes from the first up to, but not with, the second. */
    @FunctionalInterface
    interface Range {
        HttpResponse.Body of(long from, long to);
    }

    /**
     * The whole, the first range that is asked for, or 304. The headers have Etag and Cache-Control already.
     *
     * @param status of the whole
     */
    static HttpResponse answer(HttpRequest request, Map<String, String> headers, int status, long size, Range range) {
        String tag = headers.getOrDefault("Etag", "");
        if (status == 200 && matches(request.header("if-none-match"), tag)) {
            return HttpResponse.bytes(304, headers, new byte[0]);
        }
        headers.put("Accept-Ranges", "bytes");
        var asked = RANGE.matcher(request.header("range"));
        String only = request.header("if-range");
        if (status != 200 || !asked.matches() || !(only.isEmpty() || only.equals(tag))) {
            return new HttpResponse(status, headers, size, range.of(0, size));
        }
        String[] ends = asked.group(1).split("-", 2);
        long from = ends[0].isEmpty() ? Math.max(0, size - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
        long to = ends[0].isEmpty() || ends[1].isEmpty() ? size : Math.min(size, Long.parseLong(ends[1]) + 1);
        if (from >= to) {
            headers.put("Content-Range", "bytes */" + size);
            return HttpResponse.text(416, headers, "beyond the end");
        }
        headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + size);
        return new HttpResponse(206, headers, to - from, range.of(from, to));
    }
}
