package libp2p.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.http.HttpResponse;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/** Pages for people: the entries of a directory, and what is in a block that is no file. */
final class Pages {
    /** Characters of a directory that are made before its answer begins: failures until then have a status of their own. */
    private static final int BEFORE = 64 << 10;

    /** Characters that are written at once. */
    private static final int CHUNK = 16 << 10;

    final Answer answer;
    private final String base;

    Pages(Answer answer) {
        this.answer = answer;
        String path = answer.target.visiblePath();
        base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** The entries of a directory, written as they are read. */
    HttpResponse directory(Cid cid) throws IOException {
        HttpResponse known = tagged("\"DirIndex-4_CID-" + cid + "\"");
        if (known != null) {
            return known;
        }
        DirectoryRows rows = new DirectoryRows(this, cid);
        StringBuilder page = start();
        while (page.length() < BEFORE) {
            if (!rows.next(page)) {
                return HttpResponse.bytes(200, answer.headers, bytes(page));
            }
        }
        byte[] first = bytes(page);
        return new HttpResponse(200, answer.headers, -1, out -> {
                    out.write(first);
                    StringBuilder chunk = new StringBuilder();
                    while (next(rows, chunk, out)) {
                        if (chunk.length() >= CHUNK) {
                            out.write(bytes(chunk));
                            chunk.setLength(0);
                        }
                    }
                    out.write(bytes(chunk));
                })
                .holding(rows.memory());
    }

    /** The next row; a failure is told to people at the end of what they have got, before the answer is broken off. */
    private static boolean next(DirectoryRows rows, StringBuilder chunk, OutputStream out) throws IOException {
        try {
            return rows.next(chunk);
        } catch (IOException | MalformedException e) {
            chunk.append("</tbody></table>\n<p role=\"alert\">The rest of the directory is missing: ");
            Escapes.html(String.valueOf(e.getMessage()), chunk);
            out.write(bytes(chunk.append("</p>\n")));
            out.flush();
            throw e;
        }
    }

    /** The value of a block, and links to its bytes. */
    HttpResponse block(Cid cid) throws IOException {
        HttpResponse known = tagged("\"DagIndex-2_CID-" + cid + "\"");
        if (known != null) {
            return known;
        }
        byte[] data = answer.source.get(cid);
        String codec = Multicodec.name(cid.codec());
        StringBuilder page = start();
        page.append("<dl translate=\"no\"><dt>CID</dt><dd><code>")
                .append(cid)
                .append("</code></dd>\n<dt>Codec</dt><dd>");
        page.append(codec)
                .append("</dd>\n<dt>Size</dt><dd>")
                .append(Sizes.text(data.length))
                .append("</dd>\n");
        page.append("<dt class=\"way\">Download</dt><dd class=\"way\"><a href=\"?format=")
                .append(codec)
                .append("&amp;download=true\">")
                .append(codec)
                .append("</a> · <a href=\"?format=raw\">raw</a></dd></dl>\n");
        page.append("<h2 id=\"value\">Value</h2>\n");
        new Preview(this, page).block(cid, data);
        end(page);
        return HttpResponse.bytes(200, answer.headers, bytes(page));
    }

    /** Sets the headers of a page; 304 if the client has it. */
    private @Nullable HttpResponse tagged(String tag) {
        Map<String, String> headers = answer.headers;
        headers.put("Cache-Control", answer.pageCache());
        headers.put("Etag", tag);
        if (Conditions.matches(answer.request.header("if-none-match"), tag)) {
            return HttpResponse.bytes(304, headers, new byte[0]);
        }
        headers.put("Content-Type", ContentTypes.HTML);
        headers.put("Content-Security-Policy", PageStyle.POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        return null;
    }

    /** The start of any page, up to its heading. */
    static StringBuilder start(String title) {
        return new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
                .append(Escapes.html(title))
                .append("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<link rel=\"icon\" href=\"")
                .append(Escapes.html(PageStyle.ICON))
                .append("\">\n<style>")
                .append(PageStyle.CSS)
                .append("</style></head>\n<body><main>\n");
    }

    /** The end of any page. */
    static void end(StringBuilder page) {
        page.append("</main></body></html>\n");
    }

    private static byte[] bytes(StringBuilder page) {
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private StringBuilder start() {
        Target target = answer.target;
        String path = "/" + target.namespace() + "/" + target.id()
                + (target.rest().isEmpty() ? "" : "/" + String.join("/", target.rest()));
        StringBuilder page = start("Index of " + path);
        page.append("<h1>Index of <span translate=\"no\">");
        breadcrumbs(page);
        return page.append("</span></h1>\n");
    }

    /** The path with a link for each of its elements. */
    private void breadcrumbs(StringBuilder page) {
        Target target = answer.target;
        boolean own = target.origin() && isDomain();
        String root = own ? "//" + host() : elsewhere() + "/" + target.namespace() + "/" + Escapes.part(target.id());
        page.append('/').append(target.namespace()).append('/');
        link(own ? root + "/" : root, target.id(), page);
        List<String> rest = target.rest();
        for (int i = 0; i < rest.size(); i++) {
            page.append('/');
            link(root + Escapes.path(rest.subList(0, i + 1)), rest.get(i), page);
        }
    }

    private String host() {
        return answer.request.header("host").toLowerCase(Locale.ROOT);
    }

    /** Whether the host is a domain that says by its DNSLink what it serves, so that nothing else is served there. */
    private boolean isDomain() {
        return answer.target.id().equals(Target.host(answer.request));
    }

    /** What URLs of other content begin with: nothing, or where this root has a host of its own, the host above it. */
    private String elsewhere() {
        String host = host();
        String dotted =
                answer.target.id() + "." + answer.target.namespace() + "."; // a domain that stands there as it is
        return !answer.target.origin()
                ? ""
                : "//" + (host.startsWith(dotted) ? host.substring(dotted.length()) : host.split("\\.", 3)[2]);
    }

    /** The path of what is shown, as links on this host begin with it: escaped, without a slash at its end. */
    String base() {
        return base;
    }

    /** Starts a link to other content by its CID: on this gateway, but from a domain with a DNSLink elsewhere. */
    void content(Cid cid, String query, StringBuilder page) {
        page.append("<a class=\"ipfs-hash\" translate=\"no\" href=\"");
        if (answer.target.origin() && isDomain()) {
            page.append("https://cid.ipfs.tech/#").append(cid).append("\" target=\"_blank\" rel=\"noreferrer noopener");
        } else {
            page.append(Escapes.html(elsewhere())).append("/ipfs/").append(cid).append(Escapes.html(query));
        }
        page.append("\">");
    }

    /** A link. */
    static void link(String to, String text, StringBuilder page) {
        page.append("<a href=\"");
        Escapes.html(to, page);
        page.append("\">");
        Escapes.html(text, page);
        page.append("</a>");
    }
}
