package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStore;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for {@code /ipfs/CID[/path]}: raw blocks and CARs that the asker verifies (<a
 * href="https://specs.ipfs.tech/http-gateways/trustless-gateway/">trustless gateway</a>), and files and directories for people
 * (<a href="https://specs.ipfs.tech/http-gateways/path-gateway/">path gateway</a>). Serves what a store holds. Thread-safe.
 */
public final class Gateway {
    private static final String FOREVER = "public, max-age=29030400, immutable";
    private static final String RAW = "application/vnd.ipld.raw";
    private static final String CAR = "application/vnd.ipld.car";
    private static final int LISTED = 10_000;

    private final BlockSource source;
    private final BlockStore store;
    private final Budget budget;
    private final boolean trustlessOnly;

    /**
     * A gateway over a store.
     *
     * @param budget of one request
     * @param trustlessOnly whether only raw blocks and CARs are served
     */
    public Gateway(BlockStore store, Budget budget, boolean trustlessOnly) {
        this.store = store;
        source = cid -> Block.isInherent(cid) ? Block.inherent(cid) : store.get(cid);
        this.budget = budget;
        this.trustlessOnly = trustlessOnly;
    }

    /** The answer to a request; blocks for the disk. */
    public GatewayResponse handle(GatewayRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Content-Type, Range, User-Agent, X-Requested-With");
        headers.put("Access-Control-Expose-Headers", "Content-Length, Content-Range, Ipfs-Uri, X-Ipfs-Roots");
        headers.put("X-Content-Type-Options", "nosniff");
        if (request.method().equals("OPTIONS")) {
            return GatewayResponse.bytes(200, headers, new byte[0]);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            headers.put("Allow", "GET, HEAD, OPTIONS");
            return GatewayResponse.text(405, headers, "only GET, HEAD and OPTIONS");
        }
        try {
            return answer(request, headers);
        } catch (BlockNotFoundException e) {
            return GatewayResponse.text(404, headers, String.valueOf(e.getMessage()));
        } catch (MalformedException e) {
            return GatewayResponse.text(400, headers, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return GatewayResponse.text(400, headers, "bad request: " + e.getMessage());
        } catch (ContentException e) {
            return GatewayResponse.text(404, headers, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return GatewayResponse.text(500, headers, "the blocks cannot be read");
        }
    }

    private GatewayResponse answer(GatewayRequest request, Map<String, String> headers) throws IOException {
        if (!request.path().startsWith("/ipfs/")) {
            return GatewayResponse.text(404, headers, "there is only /ipfs/");
        }
        Cid root = PathResolver.root(request.path());
        List<String> rest = PathResolver.rest(request.path());
        if (request.header("cache-control").contains("only-if-cached") && !store.has(root)) {
            return GatewayResponse.text(412, headers, root + " is not here");
        }
        String format = format(request);
        headers.put("Ipfs-Uri", "ipfs://" + root.toV1() + encoded(rest));
        if (format.equals(CAR)) {
            return car(request, headers, root, rest);
        }
        PathResolver.Resolved found = new PathResolver(source).resolve(root, rest);
        headers.put(
                "X-Ipfs-Roots",
                String.join(",", found.roots().stream().map(Cid::toString).toList()));
        if (format.equals(RAW)) {
            return raw(request, headers, found.cid());
        }
        if (trustlessOnly) {
            return GatewayResponse.text(400, headers, "only format=raw and format=car are served");
        }
        return forPeople(request, headers, found.cid());
    }

    private static String encoded(List<String> path) {
        StringBuilder out = new StringBuilder();
        path.forEach(part -> out.append('/')
                .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20")));
        return out.toString();
    }

    /** A part of a path: what RFC 3986 lets stand in one stays as it is. */
    private static String escapedPart(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8)
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

    /** What the asker wants: the format of the query, else the first of the accepted types that is served. */
    private static String format(GatewayRequest request) {
        String named = request.query().getOrDefault("format", "");
        if (named.equals("raw")) {
            return RAW;
        }
        if (named.equals("car")) {
            return CAR;
        }
        for (String type : request.header("accept").split(",")) {
            String bare = type.split(";")[0].strip();
            if (bare.equals(RAW) || bare.equals(CAR)) {
                return bare;
            }
        }
        return "";
    }

    private static String accepted(GatewayRequest request) {
        for (String type : request.header("accept").split(",")) {
            if (type.strip().startsWith(CAR)) {
                return type;
            }
        }
        return "";
    }

    private GatewayResponse raw(GatewayRequest request, Map<String, String> headers, Cid cid) throws IOException {
        byte[] data = source.get(cid);
        headers.put("Content-Type", RAW);
        headers.put("Content-Disposition", attachment(request, cid + ".bin"));
        return ranged(
                request,
                headers,
                "\"" + cid + ".raw\"",
                data.length,
                (from, to) -> out -> out.write(data, (int) from, (int) (to - from)));
    }

    private static String attachment(GatewayRequest request, String otherwise) {
        String name = request.query().getOrDefault("filename", otherwise);
        String plain = name.replaceAll("[^ -~]|[\"\\\\]", "_").replace(" ", "%20");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + escapedPart(name);
    }

    private GatewayResponse car(GatewayRequest request, Map<String, String> headers, Cid root, List<String> rest)
            throws IOException {
        CarParameters parameters = CarParameters.of(request.query(), accepted(request));
        CarBody body = new CarBody(source, parameters, budget);
        Cid end = null;
        if (!store.has(root)) {
            throw new BlockNotFoundException(root, "it is not stored here");
        }
        try {
            end = new PathResolver(body).resolve(root, rest).cid();
        } catch (BlockNotFoundException e) {
            throw e;
        } catch (ContentException absent) {
            end = null; // the blocks on the way prove that it is not there
        }
        if (end != null) {
            if (!Block.isInherent(end) && !store.has(end)) {
                throw new BlockNotFoundException(end, "it is not stored here");
            }
        }
        String tag = "W/\"" + (end == null ? root : end) + ".car."
                + Long.toString(parameters.hashCode() * 31L + rest.hashCode() & Long.MAX_VALUE, 32) + "\"";
        headers.put("Content-Type", parameters.contentType());
        headers.put(
                "Content-Disposition",
                attachment(request, root + (rest.isEmpty() ? "" : "_" + rest.getLast()) + ".car"));
        headers.put("Accept-Ranges", "none");
        headers.put("Cache-Control", FOREVER);
        headers.put("Etag", tag);
        if (matches(request.header("if-none-match"), tag)) {
            return GatewayResponse.bytes(304, headers, new byte[0]);
        }
        Cid to = end;
        return new GatewayResponse(200, headers, -1, out -> body.writeTo(out, to == null ? root : to, to));
    }

    private static boolean matches(String condition, String tag) {
        return Arrays.stream(condition.split(","))
                .map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    /** Writes bytes from the first up to, but not with, the second. */
    private interface Range {
        GatewayResponse.Body of(long from, long to);
    }

    private static GatewayResponse ranged(
            GatewayRequest request, Map<String, String> headers, String tag, long size, Range range) {
        headers.put("Etag", tag);
        headers.put("Cache-Control", FOREVER);
        headers.put("Accept-Ranges", "bytes");
        if (matches(request.header("if-none-match"), tag)) {
            return GatewayResponse.bytes(304, headers, new byte[0]);
        }
        String wanted = request.header("range");
        if (!wanted.matches("bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")) { // several ranges may be ignored
            return new GatewayResponse(200, headers, size, range.of(0, size));
        }
        String[] ends = wanted.substring(6).split("-", 2);
        long from = ends[0].isEmpty() ? Math.max(0, size - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
        long to = ends[0].isEmpty() || ends[1].isEmpty() ? size : Math.min(size, Long.parseLong(ends[1]) + 1);
        if (from >= to) {
            headers.put("Content-Range", "bytes */" + size);
            return GatewayResponse.text(416, headers, "beyond the end");
        }
        headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + size);
        return new GatewayResponse(206, headers, to - from, range.of(from, to));
    }

    private GatewayResponse forPeople(GatewayRequest request, Map<String, String> headers, Cid cid) throws IOException {
        UnixFsReader reader = new UnixFsReader(source);
        UnixFsType type = reader.type(cid);
        if (type == UnixFsType.SYMLINK) {
            headers.put("Content-Type", "inode/symlink");
            return GatewayResponse.bytes(200, headers, reader.target(cid).getBytes(StandardCharsets.UTF_8));
        }
        if (type == UnixFsType.FILE) {
            return file(request, headers, cid, request.path());
        }
        if (!request.path().endsWith("/")) {
            headers.put("Location", encoded(List.of(request.path().substring(1).split("/"))) + "/");
            return GatewayResponse.text(301, headers, "a directory");
        }
        UnixFsReader.Entry index = reader.find(cid, "index.html");
        return index == null ? listing(headers, reader, cid) : file(request, headers, index.cid(), "/index.html");
    }

    private GatewayResponse file(GatewayRequest request, Map<String, String> headers, Cid cid, String name)
            throws IOException {
        UnixFsReader reader = new UnixFsReader(source);
        long size = reader.size(cid);
        headers.put("Content-Type", contentType(name));
        return ranged(request, headers, "\"" + cid + "\"", size, (from, to) -> out -> {
            try (InputStream in = reader.open(cid, from, to - from)) {
                in.transferTo(out);
            }
        });
    }

    private static String contentType(String name) {
        @Nullable String guessed = URLConnection.guessContentTypeFromName(name);
        return guessed == null
                ? "application/octet-stream"
                : guessed.startsWith("text/") ? guessed + "; charset=utf-8" : guessed;
    }

    private static GatewayResponse listing(Map<String, String> headers, UnixFsReader reader, Cid cid)
            throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><meta charset=\"utf-8\"><title>")
                .append(cid)
                .append("</title><ul>");
        int[] count = {0};
        reader.list(cid, entry -> {
            page.append("<li><a href=\"./")
                    .append(URLEncoder.encode(entry.name(), StandardCharsets.UTF_8)
                            .replace("+", "%20"))
                    .append("\">")
                    .append(escaped(entry.name()))
                    .append("</a>");
            return ++count[0] < LISTED;
        });
        headers.put("Content-Type", "text/html; charset=utf-8");
        headers.put("Cache-Control", "public, max-age=604800, stale-while-revalidate=2678400");
        headers.put("Etag", "\"DirIndex-1_CID-" + cid + "\"");
        return GatewayResponse.bytes(
                200, headers, page.append("</ul>").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
