package libp2p.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import libp2p.http.HttpResponse;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.PlainJson;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.policy.DeniedException;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.TarOutput;
import libp2p.ipld.unixfs.UnixFsNode;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/** Files, directories and symbolic links for people. */
final class Files {
    /** Bytes of a file that is read to see whether it is JSON. */
    private static final int JSON = 1 << 20;

    /** Bytes of a file that are read before any of them is waited with. */
    private static final int SHORT = 16 << 10;

    /** The file that stands for its directory. */
    private static final String INDEX = "index.html";

    private final Answer answer;
    private final Cid root;
    private final List<String> path;
    private final UnixFsReader reader;

    /** @param path below the root, as it was asked for */
    Files(Answer answer, Cid root, List<String> path) {
        this.answer = answer;
        this.root = root;
        this.path = path;
        reader = new UnixFsReader(answer.source);
    }

    HttpResponse of(Cid cid) throws IOException {
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
            return file(200, cid, target.rest().isEmpty() ? "" : target.rest().getLast(), cid);
        }
        if (!target.slash()) {
            headers.put("Location", target.visiblePath() + "/" + Escapes.query(answer.request.query()));
            return HttpResponse.text(301, headers, "a directory");
        }
        UnixFsReader.Entry index = reader.find(cid, INDEX);
        if (index == null || reader.type(index.cid()) != UnixFsType.FILE) {
            return new Pages(answer).directory(cid);
        }
        checkStandIn(with(path, INDEX));
        return file(200, index.cid(), INDEX, cid);
    }

    /** Denies what is served in the place of the path that was asked for, where its own path is denied. */
    private void checkStandIn(List<String> other) throws DeniedException {
        ContentPolicy policy = answer.options.policy();
        policy.check("ipfs", root.toString(), other);
        Target target = answer.target;
        int above = path.size() - target.rest().size(); // elements that a name stands for
        if (target.namespace().equals("ipns")
                && other.subList(0, Math.min(above, other.size())).equals(path.subList(0, above))) {
            policy.check("ipns", target.id(), other.subList(above, other.size()));
        }
    }

    private static List<String> with(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return longer;
    }

    /** Whether it is a file that is one JSON value. Of one that is too large to be read before, the start decides. */
    boolean isJson(Cid cid) throws IOException {
        if (reader.type(cid) != UnixFsType.FILE) {
            return false;
        }
        if (reader.size(cid) > JSON) {
            byte[] head = head(cid);
            return ContentTypes.isText(head)
                    && new String(head, StandardCharsets.ISO_8859_1).strip().matches("(?s)[\\[{].*");
        }
        try (InputStream in = reader.open(cid)) {
            PlainJson.decode(in.readAllBytes());
            return true;
        } catch (MalformedException noJson) {
            return false;
        }
    }

    /** The file or directory as an archive, in which it is called by its CID. */
    HttpResponse archive(Cid cid) throws IOException {
        reader.type(cid);
        answer.source.get(cid); // also where the CID alone says that it is a file
        answer.formed(cid, Format.TAR, ".tar");
        return answer.streamed(
                "W/\"" + cid + ".x-tar\"",
                out -> new TarOutput(answer.source, out).confined().write(cid, cid.toString()));
    }

    /** A file whose media type the answer has already. */
    HttpResponse json(Cid cid) throws IOException {
        return content(200, cid, "\"" + cid + ".json\"");
    }

    /** @param tagged what was asked for: the file, or the directory that it stands for */
    private HttpResponse file(int status, Cid cid, String name, Cid tagged) throws IOException {
        String called = answer.request.query().getOrDefault("filename", name);
        boolean named = answer.request.query().containsKey("filename");
        if (named || answer.isDownload()) {
            String kind = answer.isDownload() ? "attachment" : "inline";
            answer.headers.put("Content-Disposition", called.isEmpty() ? kind : Escapes.disposition(kind, called));
        }
        answer.headers.put("Content-Type", ContentTypes.of(called, () -> head(cid)));
        return content(status, cid, "\"" + tagged + "\"");
    }

    private HttpResponse content(int status, Cid cid, String tag) throws IOException {
        boolean raw = cid.codec() == Multicodec.RAW;
        UnixFsNode node = raw ? null : reader.node(cid);
        long size = node == null ? reader.size(cid) : Math.max(0, node.fileSize());
        HttpResponse response = answer.conditional(status, tag, size, (from, to) -> out -> {
            try (InputStream in = reader.open(cid, from, to - from)) {
                in.transferTo(out);
            }
        });
        // the links of a short file may be many
        boolean linked = node != null && !node.links().isEmpty() && response.length() > SHORT;
        return linked ? response.holding(HttpResponse.LARGE) : response;
    }

    private byte[] head(Cid cid) {
        try (InputStream in = reader.open(cid, 0, ContentTypes.SNIFFED)) {
            return in.readNBytes(ContentTypes.SNIFFED);
        } catch (IOException e) {
            return new byte[1]; // a range elsewhere may be there all the same
        }
    }

    /**
     * The answer of the {@code _redirects} file of a root for a path that does not exist, or null if it has none; only
     * where the root has a host for itself.
     */
    @Nullable
    HttpResponse redirected() throws IOException {
        if (!answer.target.origin()) {
            return null;
        }
        Redirects.Outcome outcome;
        String location = "";
        try {
            Redirects rules = rules(root);
            outcome = rules == null ? null : rules.find(path);
            if (outcome != null && outcome.isMove()) {
                location = Redirects.location(outcome.to(), answer.request.query());
            }
        } catch (IllegalArgumentException e) { // MalformedException is one
            return HttpResponse.text(500, answer.headers, String.valueOf(e.getMessage()));
        }
        if (outcome == null) {
            return null;
        }
        if (outcome.isMove()) {
            answer.headers.put("Location", location);
            return HttpResponse.text(outcome.status(), answer.headers, "moved");
        }
        List<String> to = Arrays.stream(Redirects.path(outcome.to()).split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        checkStandIn(to);
        PathResolver.Resolved found = new PathResolver(answer.source).resolve(root, to);
        Cid cid = found.cid();
        List<Cid> roots = new ArrayList<>(found.roots());
        if (reader.type(cid) == UnixFsType.DIRECTORY) {
            UnixFsReader.Entry index = reader.find(cid, INDEX);
            if (index == null) {
                throw new ContentException("_redirects leads to a directory without index.html");
            }
            checkStandIn(with(to, INDEX));
            cid = index.cid();
            roots.add(cid);
        }
        answer.headers.remove("X-Content-Type-Options");
        answer.headers.put(
                "X-Ipfs-Roots",
                String.join(",", roots.stream().map(Cid::toString).toList()));
        return file(outcome.status(), cid, to.isEmpty() ? INDEX : to.getLast(), cid);
    }

    private @Nullable Redirects rules(Cid root) throws IOException {
        UnixFsReader.Entry file;
        try {
            file = reader.find(root, "_redirects");
        } catch (BlockNotFoundException | DeniedException e) {
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
