package libp2p.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.policy.DeniedException;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** One answer of a gateway. One thread. */
final class Answer {
    private static final String FOREVER = "public, max-age=29030400, immutable";

    final BlockSource source;
    final GatewayOptions options;
    final HttpRequest request;
    final Map<String, String> headers;
    final Target target;
    private final String cache;

    /** @param ttl how long the name of the request holds, or null if it has none */
    Answer(
            BlockSource source,
            GatewayOptions options,
            HttpRequest request,
            Map<String, String> headers,
            Target target,
            @Nullable Duration ttl) {
        this.source = source;
        this.options = options;
        this.request = request;
        this.headers = headers;
        this.target = target;
        cache = ttl == null ? FOREVER : ttl.toSeconds() <= 0 ? "no-store" : "public, max-age=" + ttl.toSeconds();
    }

    /** The Cache-Control of a page, whose looks may change while what it shows stays. */
    String pageCache() {
        return cache.equals(FOREVER) ? "public, max-age=604800, stale-while-revalidate=2678400" : cache;
    }

    private static String accepted(HttpRequest request) {
        for (String type : request.header("accept").split(",")) {
            if (type.strip().startsWith(Format.CAR.type())) {
                return type;
            }
        }
        return "";
    }

    /** The answer for a path below a root. */
    HttpResponse of(Cid root, List<String> rest) throws IOException {
        Format format = Format.of(request);
        if (format == Format.CAR) {
            return car(root, rest);
        }
        if (format == Format.RECORD) {
            return HttpResponse.text(400, headers, "records are those of names: /ipns/NAME");
        }
        if (options.trustlessOnly() && format != Format.RAW) {
            return HttpResponse.text(400, headers, "only format=raw, format=car and format=ipns-record are served");
        }
        PathResolver.Resolved found;
        try {
            found = new PathResolver(source).resolve(root, rest);
        } catch (BlockNotFoundException | DeniedException e) {
            throw e;
        } catch (ContentException absent) {
            HttpResponse redirected = format.isExplicit() ? null : new Files(this, root, rest).redirected();
            if (redirected == null) {
                throw absent;
            }
            return redirected;
        }
        headers.put(
                "X-Ipfs-Roots",
                String.join(",", found.roots().stream().map(Cid::toString).toList()));
        if (format == Format.RAW) {
            return block(found.cid(), format, ".raw", ".bin");
        }
        if (found.node() != null) {
            return HttpResponse.text(
                    501, headers, "a value inside of a block is not served, the block " + found.cid() + " is");
        }
        return inForm(found.cid(), format, new Files(this, root, rest));
    }

    private HttpResponse inForm(Cid cid, Format format, Files files) throws IOException {
        options.policy().check(cid);
        Format own = Format.ofCodec(cid.codec());
        if (own != null && format == Format.HTML && !isDownload()) {
            return new Pages(this).block(cid);
        }
        if (own != null && (!format.isExplicit() || format.includes(own))) {
            Format given = format.isExplicit() ? format : own;
            String extension = given.includes(own) && given.name().endsWith("JSON") ? ".json" : ".cbor";
            return block(cid, given, "." + given.parameter(), extension);
        }
        if (own == null && format == Format.TAR) {
            return files.archive(cid);
        }
        if (own == null && format == Format.JSON && files.isJson(cid)) {
            formed(cid, format, ".json");
            return files.json(cid);
        }
        if (format.isExplicit() && Format.isDemanded(request)) {
            return HttpResponse.text(
                    406,
                    headers,
                    "content is not converted to " + format.type() + "; ask for format=raw or format=car");
        }
        return own == null ? files.of(cid) : inForm(cid, Format.ANY, files);
    }

    /** The record of a name. */
    HttpResponse record(Names.Name name) {
        byte[] record = name.record();
        if (record == null) {
            return HttpResponse.text(400, headers, "the name has no record");
        }
        located(Format.RECORD, request.query());
        headers.put("Content-Type", Format.RECORD.type());
        headers.put("Content-Disposition", attachment(target.id() + ".ipns-record"));
        String tag = "\"" + Long.toString(Arrays.hashCode(record) & 0xffffffffL, 36) + ".ipns-record\"";
        headers.put("Etag", tag);
        headers.put("Cache-Control", cache);
        return Conditions.matches(request.header("if-none-match"), tag)
                ? HttpResponse.bytes(304, headers, new byte[0])
                : HttpResponse.bytes(200, headers, record);
    }

    /** Whether the answer is to be kept, and not shown. */
    boolean isDownload() {
        return "true".equals(request.query().get("download"));
    }

    private String attachment(String otherwise) {
        return Escapes.disposition("attachment", request.query().getOrDefault("filename", otherwise));
    }

    private HttpResponse block(Cid cid, Format format, String tag, String extension) throws IOException {
        byte[] data = source.get(cid);
        formed(cid, format, extension);
        return conditional(
                200,
                "\"" + cid + tag + "\"",
                data.length,
                (from, to) -> out -> out.write(data, (int) from, (int) (to - from)));
    }

    /** Says what the body is and what a file of it is called; text is shown, all else is kept. */
    void formed(Cid cid, Format format, String extension) {
        located(format, request.query());
        headers.put("Content-Type", format.type());
        boolean shown = extension.equals(".json") && !isDownload();
        headers.put(
                "Content-Disposition",
                shown
                        ? Escapes.disposition("inline", request.query().getOrDefault("filename", cid + extension))
                        : attachment(cid + extension));
    }

    /** Names the resource that has this form whatever a request accepts, if it was the Accept header that chose. */
    private void located(Format format, Map<String, String> parameters) {
        Format accepted = Format.accepted(request);
        if (!accepted.isExplicit() || accepted == Format.named(request)) {
            return;
        }
        Map<String, String> query = new HashMap<>(parameters);
        query.put("format", format.parameter());
        headers.put("Content-Location", target.visiblePath() + Escapes.query(query));
    }

    /** An answer whose length is not known before, with a weak tag; it is whole or has not changed. */
    HttpResponse streamed(String tag, HttpResponse.Body body) {
        headers.put("Accept-Ranges", "none");
        headers.put("Cache-Control", cache);
        headers.put("Etag", tag);
        return Conditions.matches(request.header("if-none-match"), tag)
                ? HttpResponse.bytes(304, headers, new byte[0])
                : new HttpResponse(200, headers, -1, body);
    }

    /** An answer with a tag, kept by caches as long as the root. */
    HttpResponse conditional(int status, String tag, long size, Conditions.Range range) {
        headers.put("Etag", tag);
        headers.put("Cache-Control", cache);
        return Conditions.answer(request, headers, status, size, range);
    }

    /** What chooses the blocks of a CAR beside its end: of a name, the root may change while the end stays. */
    private static String carTag(Cid root, List<String> rest, CarParameters parameters) {
        String all = root + Escapes.path(rest) + parameters;
        return Multihash.sha256(all.getBytes(StandardCharsets.UTF_8)).toBase58();
    }

    private HttpResponse car(Cid root, List<String> rest) throws IOException {
        CarParameters parameters = CarParameters.of(request.query(), accepted(request));
        CarBody body = new CarBody(source, parameters, options.budget());
        source.get(root);
        Cid end;
        try {
            end = new PathResolver(body).resolve(root, rest).cid();
            source.get(end);
        } catch (BlockNotFoundException | DeniedException e) {
            throw e;
        } catch (ContentException absent) {
            end = null; // the blocks on the way prove that it is not there
        }
        String tag = "W/\"" + (end == null ? root : end) + ".car." + carTag(root, rest, parameters) + "\"";
        located(Format.CAR, CarParameters.named(request.query(), accepted(request)));
        headers.put("Content-Type", parameters.contentType());
        headers.put("Content-Disposition", attachment(root + (rest.isEmpty() ? "" : "_" + rest.getLast()) + ".car"));
        Cid to = end;
        return streamed(tag, out -> body.writeTo(out, to == null ? root : to, to));
    }
}
