package libp2p.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import libp2p.http.HttpResponse;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/** Pages for people: the entries of a directory, and what is in a block that is no file. */
final class Pages {
    /** Entries and links that a page shows. */
    private static final int LISTED = 10_000;

    /** Characters after which a page ends: a name may fill a block, and stands in the page twice. */
    private static final int PAGE = 4 << 20;

    private final Answer answer;

    Pages(Answer answer) {
        this.answer = answer;
    }

    /** The entries of a directory. */
    HttpResponse directory(Cid cid) throws IOException {
        StringBuilder page = start();
        String base = base();
        page.append("<table>\n");
        if (!answer.target.rest().isEmpty()) {
            page.append("<tr><td>").append(link(base + "/..", "..")).append("</td></tr>\n");
        }
        int[] count = {0};
        new UnixFsReader(answer.source).list(cid, entry -> {
            page.append("<tr><td>")
                    .append(link(base + "/" + Escapes.part(entry.name()), entry.name()))
                    .append("</td><td>")
                    .append(entry.cid())
                    .append("</td><td>")
                    .append(Long.toUnsignedString(entry.tsize()))
                    .append("</td></tr>\n");
            return ++count[0] < LISTED && page.length() < PAGE;
        });
        page.append("</table>\n");
        if (count[0] == LISTED || page.length() >= PAGE) {
            page.append("<p>There may be more entries.</p>\n");
        }
        return end(page, "\"DirIndex-3_CID-" + cid + "\"");
    }

    /** The value of a block, and links to its bytes. */
    HttpResponse block(Cid cid) throws IOException {
        byte[] data = answer.source.get(cid);
        String codec = Multicodec.name(cid.codec());
        StringBuilder page = start();
        page.append("<p>")
                .append(cid)
                .append(" (")
                .append(codec)
                .append(", ")
                .append(data.length)
                .append(" bytes): ");
        page.append(link("?format=" + codec + "&download=true", codec)).append(", ");
        page.append(link("?format=raw", "raw")).append("</p>\n");
        Set<Cid> links = new LinkedHashSet<>();
        String text = cid.codec() == Multicodec.JSON ? new String(data, StandardCharsets.UTF_8) : "";
        Codec known = Codec.of(cid.codec());
        if (known != null) {
            try {
                text = DagJson.text(known.decode(data));
                known.links(data, links::add);
            } catch (MalformedException e) {
                page.append("<p>It is not what its codec says: ").append(Escapes.html(String.valueOf(e.getMessage())));
                page.append("</p>\n");
            }
        }
        page.append("<ul>\n");
        links.stream()
                .limit(LISTED)
                .forEach(to -> page.append("<li>")
                        .append(answer.target.origin() ? to.toString() : link("/ipfs/" + to, to.toString()))
                        .append("</li>\n"));
        String shown = text.substring(0, Math.min(text.length(), PAGE));
        page.append("</ul>\n<pre>").append(Escapes.html(shown)).append("</pre>\n");
        return end(page, "\"DagIndex-1_CID-" + cid + "\"");
    }

    private StringBuilder start() {
        String title = "Index of " + answer.target.path();
        return new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(Escapes.html(title))
                .append("</title></head>\n<body><h1>Index of ")
                .append(breadcrumbs())
                .append("</h1>\n");
    }

    /** The path with a link for each of its elements. */
    private String breadcrumbs() {
        Target target = answer.target;
        String host = answer.request.header("host").toLowerCase(Locale.ROOT);
        String root = target.origin() ? "//" + host : "/" + target.namespace() + "/" + Escapes.part(target.id());
        StringBuilder out = new StringBuilder("/" + target.namespace() + "/");
        out.append(link(target.origin() ? root + "/" : root, target.id()));
        List<String> rest = target.rest();
        for (int i = 0; i < rest.size(); i++) {
            out.append('/').append(link(root + Escapes.path(rest.subList(0, i + 1)), rest.get(i)));
        }
        return out.toString();
    }

    /** The path of what is shown, as links on this host begin with it. */
    private String base() {
        String path = answer.target.visiblePath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String link(String to, String text) {
        return "<a href=\"" + Escapes.html(to) + "\">" + Escapes.html(text) + "</a>";
    }

    private HttpResponse end(StringBuilder page, String tag) {
        Map<String, String> headers = answer.headers;
        headers.put("Content-Type", ContentTypes.HTML);
        headers.put("Cache-Control", "public, max-age=604800, stale-while-revalidate=2678400");
        headers.put("Etag", tag);
        if (Conditions.matches(answer.request.header("if-none-match"), tag)) {
            return HttpResponse.bytes(304, headers, new byte[0]);
        }
        page.append("</body></html>\n");
        return HttpResponse.bytes(200, headers, page.toString().getBytes(StandardCharsets.UTF_8));
    }
}
