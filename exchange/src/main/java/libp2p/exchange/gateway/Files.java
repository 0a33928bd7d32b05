package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** Files, directories and symbolic links for people. */
final class Files {
    /** Entries that a page of a directory shows. */
    private static final int LISTED = 10_000;

    /** Characters after which a page of a directory ends: a name may fill a block, and stands in the page twice. */
    private static final int PAGE = 4 << 20;

    private final Answer answer;
    private final UnixFsReader reader;

    Files(Answer answer) {
        this.answer = answer;
        reader = new UnixFsReader(answer.source);
    }

    GatewayResponse of(Cid cid) throws IOException {
        Map<String, String> headers = answer.headers;
        UnixFsType type = reader.type(cid);
        headers.remove("X-Content-Type-Options");
        if (type == UnixFsType.SYMLINK) {
            headers.put("Content-Type", "inode/symlink");
            byte[] target = reader.target(cid).getBytes(StandardCharsets.UTF_8);
            return answer.conditional(
                    200,
                    "\"" + cid + "\"",
                    target.length,
                    (from, to) -> out -> out.write(target, (int) from, (int) (to - from)));
        }
        Target target = answer.target;
        if (type == UnixFsType.FILE) {
            return file(200, cid, target.rest().isEmpty() ? "" : target.rest().getLast());
        }
        if (!target.slash()) {
            headers.put("Location", target.visiblePath() + "/" + Gateway.query(answer.request));
            return GatewayResponse.text(301, headers, "a directory");
        }
        UnixFsReader.Entry index = reader.find(cid, "index.html");
        return index != null && reader.type(index.cid()) == UnixFsType.FILE
                ? file(200, index.cid(), "index.html")
                : listing(cid);
    }

    private GatewayResponse file(int status, Cid cid, String name) throws IOException {
        String called = answer.request.query().getOrDefault("filename", name);
        if (answer.request.query().containsKey("filename")) {
            boolean download = "true".equals(answer.request.query().get("download"));
            answer.headers.put("Content-Disposition", Escapes.disposition(download ? "attachment" : "inline", called));
        }
        long size = reader.size(cid);
        answer.headers.put("Content-Type", ContentTypes.of(called, () -> head(cid)));
        return answer.conditional(status, "\"" + cid + "\"", size, (from, to) -> out -> {
            try (InputStream in = reader.open(cid, from, to - from)) {
                in.transferTo(out);
            }
        });
    }

    private byte[] head(Cid cid) {
        try (InputStream in = reader.open(cid, 0, ContentTypes.SNIFFED)) {
            return in.readNBytes(ContentTypes.SNIFFED);
        } catch (IOException e) {
            return new byte[1]; // a range elsewhere may be there all the same
        }
    }

    private GatewayResponse listing(Cid cid) throws IOException {
        Map<String, String> headers = answer.headers;
        headers.put("Content-Type", ContentTypes.HTML);
        headers.put("Cache-Control", "public, max-age=604800, stale-while-revalidate=2678400");
        headers.put("Etag", "\"DirIndex-2_CID-" + cid + "\"");
        if (Conditions.matches(answer.request.header("if-none-match"), headers.getOrDefault("Etag", ""))) {
            return GatewayResponse.bytes(304, headers, new byte[0]);
        }
        StringBuilder page =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        String title = Escapes.html(answer.target.path());
        page.append(title).append("</title></head>\n<body><h1>").append(title).append("</h1>\n<table>\n");
        if (!answer.target.rest().isEmpty()) {
            page.append("<tr><td><a href=\"../\">..</a></td></tr>\n");
        }
        int[] count = {0};
        reader.list(cid, entry -> {
            page.append("<tr><td><a href=\"./")
                    .append(Escapes.html(Escapes.part(entry.name())))
                    .append("\">")
                    .append(Escapes.html(entry.name()))
                    .append("</a></td><td>")
                    .append(entry.cid())
                    .append("</td><td>")
                    .append(Long.toUnsignedString(entry.tsize()))
                    .append("</td></tr>\n");
            return ++count[0] < LISTED && page.length() < PAGE;
        });
        page.append(
                count[0] == LISTED || page.length() >= PAGE ? "</table><p>There may be more entries.</p>" : "</table>");
        page.append("</body></html>\n");
        return GatewayResponse.bytes(200, headers, page.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The answer of the {@code _redirects} file of a root for a path that does not exist, or null if it has none; only
     * where the root has a host for itself.
     */
    @Nullable
    GatewayResponse redirected(Cid root, List<String> path) throws IOException {
        if (!answer.target.origin()) {
            return null;
        }
        Redirects.Outcome outcome;
        try {
            Redirects rules = rules(root);
            outcome = rules == null ? null : rules.find(path);
        } catch (MalformedException e) {
            return GatewayResponse.text(500, answer.headers, String.valueOf(e.getMessage()));
        }
        if (outcome == null) {
            return null;
        }
        if (outcome.status() > 300 && outcome.status() < 400) {
            answer.headers.put("Location", outcome.to().startsWith("/") ? escaped(outcome.to()) : safe(outcome.to()));
            return GatewayResponse.text(outcome.status(), answer.headers, "moved");
        }
        List<String> to = Arrays.stream(outcome.to().split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        PathResolver.Resolved found = new PathResolver(answer.source).resolve(root, to);
        Cid cid = found.cid();
        List<Cid> roots = new ArrayList<>(found.roots());
        if (reader.type(cid) == UnixFsType.DIRECTORY) {
            UnixFsReader.Entry index = reader.find(cid, "index.html");
            if (index == null) {
                throw new ContentException("_redirects leads to a directory without index.html");
            }
            cid = index.cid();
            roots.add(cid);
        }
        answer.headers.remove("X-Content-Type-Options");
        answer.headers.put(
                "X-Ipfs-Roots",
                String.join(",", roots.stream().map(Cid::toString).toList()));
        return file(outcome.status(), cid, to.isEmpty() ? "index.html" : to.getLast());
    }

    private static String escaped(String path) {
        return Escapes.path(Arrays.asList(path.substring(1).split("/")))
                + (path.endsWith("/") && path.length() > 1 ? "/" : "");
    }

    /** A URL without what ends a header. */
    private static String safe(String url) {
        return url.replaceAll("[^!-~]", "_");
    }

    private @Nullable Redirects rules(Cid root) throws IOException {
        UnixFsReader.Entry file;
        try {
            file = reader.find(root, "_redirects");
        } catch (BlockNotFoundException e) {
            throw e;
        } catch (ContentException noDirectory) {
            return null;
        }
        if (file == null) {
            return null;
        }
        if (reader.size(file.cid()) > Redirects.FILE_BYTES) {
            throw new MalformedException(
                    "could not parse _redirects: redirects file size cannot exceed " + Redirects.FILE_BYTES + " bytes");
        }
        try (InputStream in = reader.open(file.cid())) {
            return Redirects.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
